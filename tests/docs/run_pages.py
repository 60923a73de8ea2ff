#!/usr/bin/python3
"""Runs every code block of the project's pages as it stands, in a folder as a reader has it.

usage: run_pages.py --build FOLDER [--root FOLDER] [PAGE...]        every page unless some are named
"""
import argparse
import json
import pathlib
import subprocess
import sys

import pages
from reader import CommandFailed, Reader, commands_of
from stage import Stage


def check_scenes(stage):
    """What the pages save as a scene must sound of something: one that bypasses the rack does not."""
    asked = subprocess.run(["namrack", "--json", "scene", "list"], env=stage.environment, capture_output=True,
                           text=True, check=True)
    for scene in json.loads(asked.stdout)["scenes"]:
        if scene["bypass"]:
            raise CommandFailed(f"scene \"{scene['name']}\" is saved with bypass on")


def run_page(stage, page, blocks):
    """Returns how many commands were run. Throws CommandFailed, whose text names the place."""
    reader, count = Reader(stage), 0
    try:
        for block in blocks:
            for line, command in commands_of(block.text, block.line):
                try:
                    reader.run(command)
                except CommandFailed as error:
                    raise CommandFailed(f"{page}:{line}: {command.strip()}\n{error}") from None
                count += 1
        if reader.has_daemon:
            check_scenes(stage)
        reader.leave()
    except CommandFailed as error:
        text = str(error)
        raise CommandFailed(text if text.startswith(page) else f"{page}: {text}") from None
    finally:
        reader.abandon()
    return count


def run_pages(root, build, names):
    """Prints a line for each page; returns the number of those that failed."""
    blocks = pages.all_blocks(root)
    failed = 0
    stage = Stage(root, build)
    try:
        stage.start_jack()
        for page in names or pages.pages(root):
            mine = [block for block in blocks if block.page == page]
            for block in mine:
                if block.reason:
                    print(f"{block.place}: not run: {block.reason}")
            for block in mine:
                if not block.is_shell and not block.reason:
                    pages.check_data(block)
            shell = [block for block in mine if block.is_shell and not block.reason]
            try:
                count = run_page(stage, page, shell) if shell else 0
                print(f"{page}: {len(mine)} blocks, {count} commands run")
            except CommandFailed as error:
                failed += 1
                print(f"FAILED {error}")
    finally:
        stage.close()
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--root", type=pathlib.Path, default=pages.ROOT)
    parser.add_argument("pages", nargs="*")
    options = parser.parse_args()
    try:
        failed = run_pages(options.root.resolve(), options.build.resolve(), options.pages)
    except pages.PageError as error:
        sys.exit(str(error))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
