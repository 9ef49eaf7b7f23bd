import sys; sys.path.insert(0,"tests/widget")
import pytest
from playwright.sync_api import expect
from conftest import *
OUT="/tmp/shots/"
os.makedirs(OUT,exist_ok=True)
PHONE={"viewport":{"width":375,"height":667},"has_touch":True,"is_mobile":True}
def test_a(visit,bot):
    visit.page.wait_for_timeout(300)
    visit.page.screenshot(path=OUT+"1page.png")
    visit.open(); visit.page.wait_for_timeout(300)
    visit.page.screenshot(path=OUT+"2welcome.png")
    visit.button("Start").click(); expect(visit.button("Could LDN suit me?")).to_be_visible()
    visit.page.wait_for_timeout(300)
    visit.page.screenshot(path=OUT+"3greeting.png")
    visit.say("how does it work")
    visit.sees("And a second thing."); visit.page.wait_for_timeout(300)
    visit.page.screenshot(path=OUT+"4answer.png")
    print(visit.complaints)
@pytest.mark.parametrize("visit",[PHONE],indirect=True)
def test_phone(visit,bot):
    visit.page.screenshot(path=OUT+"p1.png")
    visit.open(); visit.page.wait_for_timeout(300)
    visit.page.screenshot(path=OUT+"p2.png")
    visit.button("Start").click(); expect(visit.button("Could LDN suit me?")).to_be_visible()
    visit.page.screenshot(path=OUT+"p3.png")
    visit.say("i cant breathe"); visit.page.wait_for_timeout(600)
    visit.page.screenshot(path=OUT+"p4.png")
