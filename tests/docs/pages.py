#!/usr/bin/python3
"""Finds the code blocks of the project's Markdown pages.

usage: pages.py list               every block, and how it is held
       pages.py print PAGE HEADING [N]   the text of a block, the first one under HEADING unless N says another
"""
import dataclasses
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHELL = ("", "sh", "bash", "console")
DATA = ("json", "jsonl")
# The page says why a block cannot be run, in front of it.
MARK = re.compile(r"<!--\s*not run here:\s*(.*?)\s*-->", re.DOTALL)


class PageError(Exception):
    pass


@dataclasses.dataclass
class Block:
    page: str
    line: int  # of its first line, from 1
    heading: str
    language: str  # empty for an indented block, whose lines are commands
    text: str
    reason: str = ""  # why it is not run; empty: it is

    @property
    def place(self):
        return f"{self.page}:{self.line}"

    @property
    def is_shell(self):
        return self.language in SHELL


def pages(root=ROOT):
    """Every page of the project, by its path below `root`: what was built is none."""
    found = [path.relative_to(root) for path in root.rglob("*.md")]
    return sorted(str(path) for path in found if path.parts[0] not in ("build", ".git"))


def _fenced(lines, begin):
    """The lines between a fence and its end, and where the page goes on."""
    end = begin + 1
    while end < len(lines) and lines[end].strip() != "```":
        end += 1
    if end == len(lines):
        raise PageError(f"line {begin + 1}: the block has no end")
    return lines[begin + 1:end], end + 1


def _indented(lines, begin):
    """The lines that are indented by four, blank ones between them included, and where the page goes on."""
    end = last = begin
    while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
        if lines[end].strip():
            last = end
        end += 1
    return [line[4:] for line in lines[begin:last + 1]], last + 1


def _mark(lines, begin):
    """The text of a comment that begins here, and where the page goes on."""
    end = begin
    while "-->" not in lines[end]:
        end += 1
        if end == len(lines):
            raise PageError(f"line {begin + 1}: the comment has no end")
    return "\n".join(lines[begin:end + 1]), end + 1


def blocks_of(page, text):
    """All code blocks of a page. Throws PageError where it is not clear how one is held."""
    lines, found = text.splitlines(), []
    at, heading, reason, reason_at = 0, "", "", 0
    while at < len(lines):
        line = lines[at]
        begin, block, language = at, None, ""
        if line.startswith("<!--"):
            comment, at = _mark(lines, at)
            if mark := MARK.search(comment):
                reason, reason_at = " ".join(mark.group(1).split()), begin + 1
                if len(reason) < 10:
                    raise PageError(f"line {reason_at}: say why the block is not run")
            continue
        if line.startswith("```"):
            language = line[3:].strip()
            block, at = _fenced(lines, at)
            begin += 1
        elif line.startswith("    ") and (at == 0 or not lines[at - 1].strip()):
            block, at = _indented(lines, at)
        else:
            at += 1
            if line.startswith("#"):
                heading = line.lstrip("#").strip()
            if reason and line.strip():
                raise PageError(f"line {reason_at}: no block follows")
            continue
        if language not in SHELL + DATA and not reason:
            raise PageError(f"line {begin + 1}: nothing runs a block of language \"{language}\"; mark it, or say how")
        found.append(Block(page, begin + 1, heading, language, "\n".join(block) + "\n", reason))
        reason = ""
    if reason:
        raise PageError(f"line {reason_at}: no block follows")
    return found


def all_blocks(root=ROOT):
    found = []
    for page in pages(root):
        try:
            found += blocks_of(page, (root / page).read_text(encoding="utf-8"))
        except PageError as error:
            raise PageError(f"{page}: {error}") from error
    return found


def check_data(block):
    """Each line of an example must be JSON; the tests of the protocol replay what it says."""
    for number, line in enumerate(block.text.splitlines()):
        try:
            if line.strip():
                json.loads(re.sub(r"^[<>] ", "", line))
        except ValueError as error:
            raise PageError(f"{block.page}:{block.line + number}: not JSON: {error}") from error


def main(arguments):
    if arguments[:1] == ["list"]:
        for block in all_blocks():
            held = f"not run: {block.reason}" if block.reason else "run" if block.is_shell else "data"
            print(f"{block.place}: {held}")
    elif arguments[:1] == ["print"] and len(arguments) in (3, 4):
        page, heading = arguments[1:3]
        chosen = [block for block in all_blocks() if (block.page, block.heading) == (page, heading)]
        number = int(arguments[3]) if len(arguments) == 4 else 1
        if len(chosen) < number:
            raise PageError(f"{page} has no block {number} under \"{heading}\"")
        print(chosen[number - 1].text, end="")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
