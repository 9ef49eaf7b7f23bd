/** What the server says about the clinic and its document, as files beside the widget. */

export interface ClinicFacts {
  readonly email: string;
  /** How long a saved chat is kept. */
  readonly keeps_days: number;
  /** One line for each span of opening hours, or null where the clinic has told none. */
  readonly hours: readonly string[] | null;
  /** Headings of the document that are questions. */
  readonly questions: readonly string[];
}

/** The document's sections by anchor, each in the Markdown subset of answers. */
export type DocumentSections = Readonly<Record<string, { readonly title: string; readonly text: string }>>;

export class FactsBesideTheWidget {
  /** Asked for at once, beside the panel's parts; null where it did not come. */
  readonly clinic: Promise<ClinicFacts | null>;
  private readonly folder: string;
  private document: Promise<DocumentSections> | null = null;

  constructor(server: string) {
    this.folder = `${server}widget/`;
    this.clinic = (this.read("clinic.json") as Promise<ClinicFacts>).catch(() => null);
  }

  /** Read once, when the first source is opened. */
  sections(): Promise<DocumentSections> {
    this.document ??= (this.read("document.json") as Promise<DocumentSections>).catch((wrong: unknown) => {
      this.document = null;
      throw wrong;
    });
    return this.document;
  }

  private async read(name: string): Promise<unknown> {
    const response = await fetch(this.folder + name, { credentials: "omit" });
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return response.json();
  }
}
