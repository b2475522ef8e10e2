"""For mkdocs: files outside docs/ that a page links to are part of the site; README is its start.

The pages are written to be read in the repository, where a link leads from file to file. On the
site a linked text becomes a page, any other file is copied, and a link to a folder is its text.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()#\s]+)(#[^()\s]*)?\)")


def target(link: str, of: str) -> str | None:
    """The path in the repository to which a link in the file `of` leads, if it leads to one."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(of), link))
    return path if not path.startswith("..") and (ROOT / path).exists() else None


def place(path: str) -> str:
    """Where on the site a file of the repository is."""
    return "index.md" if path == "README.md" else path.removeprefix("docs/")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds README, and all that a page links to, and what that links to."""
    texts = ["README.md", *(f"docs/{one.src_uri}" for one in files.documentation_pages())]
    seen = {f"docs/{one.src_uri}" for one in files}
    while texts:
        text = texts.pop()
        links = [target(link[3], text) for link in LINK.finditer((ROOT / text).read_text("utf-8"))]
        for path in [text, *links]:
            if path is None or path in seen or (ROOT / path).is_dir():
                continue
            seen.add(path)
            files.append(File.generated(config, place(path), abs_src_path=str(ROOT / path)))
            if path.endswith(".md"):
                texts.append(path)
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links between files of the repository become links between pages of the site."""
    of = Path(page.file.abs_src_path).relative_to(ROOT).as_posix()

    def rewritten(link: re.Match[str]) -> str:
        path = target(link[3], of)
        if path is None:
            return link[0]
        if (ROOT / path).is_dir():
            return link[2]
        to = posixpath.relpath(place(path), posixpath.dirname(page.file.src_uri))
        return f"{link[1]}[{link[2]}]({to}{link[4] or ''})"

    return LINK.sub(rewritten, markdown)
