"""What every process that runs tests needs, and the long form of the tests: `--long`."""

import gc
import os
import shutil
import signal

import pytest

# What a student's own checks keep is the user's: no test reads it or adds to it.
os.environ["CGP_CACHE"] = ""

# A shell starts a background job with Ctrl-C ignored, `nohup` one with SIGHUP, and all processes
# inherit that: tests that stop a process of theirs by it would wait in vain.
for number, usual in (
        (signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the long form: every case and seed")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is loaded by now stays: to look for garbage in it again and again took 0.3 s each time,
    a tenth of all CPU time of tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--long"):
        longer = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=longer)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(scope="session")
def browser():
    """Chromium, one for all tests of a process: two at once are refused."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="needs playwright: python -m pip install playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def without_canaries(monkeypatch):
    """`cgp doctor` in half the time; of its canaries: test_canary.py, and test_cli.py once."""
    monkeypatch.setattr("cgp_harness.canary.everything", lambda *_: None)


@pytest.fixture
def long(request):
    """Whether this is the long form."""
    return request.config.getoption("--long")
