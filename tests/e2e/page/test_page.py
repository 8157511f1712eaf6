"""The page "IMS clones" in a real browser, as signed-in users with different rights see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("page")]

LAST = "/environments/imst/run?id=imst%2Fscheduled__6"
PAGES = ["/", "/environments/imst", LAST, "/environments/broken", "/environments/skel"]
HARMFUL = ("serious", "critical")


@pytest.mark.parametrize("path", [*PAGES, "/environments/imst/data-sets?id=imst%2Fscheduled__6"])
def test_nobody_sees_anything_without_signing_in(site: Any, path: str) -> None:
    assert site.get(path).status_code == 401


def test_a_user_sees_the_environments_of_the_dags_they_may_see(site: Any) -> None:
    everything, little = site.get("/", "admin").text, site.get("/", "guest").text
    assert "environments/imst" in everything
    assert "environments/skel" in little
    assert "environments/imst" not in little
    for path in ("/environments/imst", LAST, "/environments/imst/data-sets?id=imst%2Fscheduled__6"):
        assert site.get(path, "guest").status_code == 403, path
    assert site.get("/environments/skel", "guest").status_code == 200


def test_a_run_of_another_environment_is_not_found(site: Any) -> None:
    assert site.get("/environments/skel/run?id=imst%2Fscheduled__6", "guest").status_code == 404
    assert site.get("/environments/skel/data-sets?id=imst%2Fscheduled__6", "guest").status_code == 404
    assert site.get("/environments/imst/run?id=no", "admin").status_code == 404
    assert site.get("/environments/nothing", "admin").status_code == 404


def test_the_overview_says_state_age_and_what_is_wrong(open_page: Callable[..., Any]) -> None:
    page = open_page("/")
    row = page.locator("tr", has=page.get_by_role("link", name="imst", exact=True))
    assert row.locator(".state").inner_text() == "fresh"
    assert "IMSP to IMST" in row.inner_text()
    assert row.locator(".last a").count() == 5
    broken = page.locator("tr", has=page.get_by_role("link", name="broken", exact=True))
    assert "CLN106E" in broken.inner_text()


def test_an_environment_leads_to_its_runs_and_their_evidence(open_page: Callable[..., Any]) -> None:
    page = open_page("/environments/imst")
    assert page.locator("figure").count() == 2
    assert page.locator("figure").first.locator("li").count() == 6, "the failed run has no place in the trends"
    page.locator("h2:has-text('Runs') + div a").first.click()
    page.wait_for_load_state()
    assert "imst/scheduled__6" in page.inner_text("dl")
    page.get_by_text("verify: done").click()
    assert page.get_by_text("IMST.DB.ACCT").is_visible()
    assert page.get_by_text("<script>alert(1)</script>").count() > 0, "a listing is text, never markup"


def test_a_run_says_what_its_plan_has_changed(open_page: Callable[..., Any]) -> None:
    page = open_page("/environments/imst/run?id=imst%2Fscheduled__1")
    assert "Volumes new" in page.inner_text("main")
    assert "The maps are those of" in open_page(LAST).inner_text("main")


def test_a_hundred_thousand_data_sets_are_scrolled_and_searched(open_page: Callable[..., Any]) -> None:
    page = open_page("/environments/imst")
    rows, shown = page.locator("#rows tr"), page.locator(".map")
    assert rows.count() == 200
    for _ in range(4):
        before = rows.count()
        shown.evaluate("element => element.scrollTo(0, element.scrollHeight)")
        page.wait_for_function("before => document.getElementById('rows').rows.length > before", arg=before)
    assert rows.count() == 1000
    page.get_by_label("Names or serials that contain").fill("d09999")
    page.wait_for_function("document.querySelector('output').value.startsWith('10 data sets')")
    assert "IMST.V00" in rows.last.inner_text()
    page.get_by_label("Names or serials that contain").fill("%")
    page.wait_for_function("document.querySelector('output').value.startsWith('0 data sets')")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("colors", ["light", "dark"])
def test_there_is_no_serious_accessibility_fault(open_page: Callable[..., Any], path: str, colors: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(path, color_scheme=colors)
    if path == LAST:
        for summary in page.locator("summary").all():
            summary.click()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in HARMFUL] == []


def test_light_and_dark_differ_and_a_narrow_screen_does_not_scroll_sideways(
    open_page: Callable[..., Any], tmp_path: Any
) -> None:
    pictures = {}
    for colors in ("light", "dark"):
        page = open_page("/environments/imst", color_scheme=colors)
        pictures[colors] = page.screenshot(path=tmp_path / f"{colors}.png")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 26)"}[colors]
    assert pictures["light"] != pictures["dark"]
    for path in PAGES:
        narrow = open_page(path, viewport={"width": 360, "height": 700})
        width = narrow.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{path} is {width} wide"


def test_the_page_is_used_with_the_keyboard_alone(open_page: Callable[..., Any]) -> None:
    page = open_page("/")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "imst":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/environments/imst")
    page.locator("#search").focus()
    page.keyboard.type("recon1")
    page.wait_for_function("document.querySelector('output').value.startsWith('1 data sets')")


def test_airflow_offers_the_page_in_its_navigation(site: Any) -> None:
    import httpx

    headers = {"Authorization": f"Bearer {site.token('admin')}"}
    plugins = httpx.get(f"{site.url}/api/v2/plugins", headers=headers).raise_for_status().json()["plugins"]
    (view,) = [view for plugin in plugins for view in plugin["external_views"] if view["name"] == "IMS clones"]
    assert view["destination"] == "nav"
    assert httpx.get(f"{site.url}{view['href']}", headers=headers).status_code == 200
