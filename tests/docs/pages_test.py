#!/usr/bin/python3
"""That a page with a fault is found out, whatever the fault: the test of the pages could pass for nothing otherwise.

usage: pages_test.py BUILD
"""
import pathlib
import sys
import unittest

import pages
from reader import CommandFailed, commands_of
from run_pages import run_page
from stage import Stage

BUILD = pathlib.Path(sys.argv.pop()).resolve()


def page_with(*lines):
    return "\n".join(["# A page", "", *lines, "", "The end.", ""])


def blocks_with(*lines):
    return pages.blocks_of("page.md", page_with(*lines))


class Parsing(unittest.TestCase):
    def test_indented_and_fenced_blocks_are_found_with_their_lines(self):
        first, second = blocks_with("    true", "", "    false", "", "```sh", "echo", "```")
        self.assertEqual((first.text, first.line, first.heading), ("true\n\nfalse\n", 3, "A page"))
        self.assertEqual((second.text, second.line, second.language), ("echo\n", 8, "sh"))

    def test_a_mark_belongs_to_the_next_block_only(self):
        mark = "<!-- not run here: it needs two moons -->"
        first, second = blocks_with(mark, "", "    true", "", "Text.", "", "    false")
        self.assertEqual(first.reason, "it needs two moons")
        self.assertEqual(second.reason, "")

    def test_what_is_not_clear_is_refused(self):
        for lines in (["```ini", "[Service]", "```"],
                      ["```", "true"],
                      ["<!-- not run here: -->", "", "    true"],
                      ["<!-- not run here: no block follows this -->", "", "Text."],
                      ["<!-- not run here: no end"]):
            with self.assertRaises(pages.PageError, msg=lines):
                blocks_with(*lines)

    def test_an_example_that_is_not_json_is_refused(self):
        pages.check_data(*blocks_with("```jsonl", '> {"id":1}', "```"))
        with self.assertRaises(pages.PageError):
            pages.check_data(*blocks_with("```jsonl", '> {"id":1', "```"))

    def test_commands_end_where_the_shell_would_run_them(self):
        text = "a && \\\n  b\nfor i in 1; do\n  c\ndone\ncat <<END\nx\nEND\nd  # comment\n"
        self.assertEqual([line for line, _ in commands_of(text, 10)], [10, 12, 15, 18])


class Running(unittest.TestCase):
    def setUp(self):
        self.stage = Stage(pages.ROOT, BUILD)

    def tearDown(self):
        self.stage.close()

    def run_lines(self, *lines):
        return run_page(self.stage, "page.md", blocks_with(*("    " + line for line in lines)))

    def fails_at(self, line, *lines):
        with self.assertRaises(CommandFailed) as caught:
            self.run_lines(*lines)
        self.assertTrue(str(caught.exception).startswith(f"page.md:{line}"), str(caught.exception))

    def test_the_blocks_of_a_page_share_a_shell(self):
        blocks = blocks_with("    x=3; cd build", "", "Then", "", "    test $x = 3 && test -x namrack")
        self.assertEqual(run_page(self.stage, "page.md", blocks), 2)

    def test_any_command_that_fails_fails_the_page(self):
        self.fails_at(4, "true", "false", "true")
        self.fails_at(3, "false && true", "true")
        self.fails_at(3, "build/namrack no-such-command")
        self.fails_at(3, "build/namrack inspect NOBODY.nam", "true")
        self.fails_at(3, "exit 3")

    def test_a_job_must_last_and_end_well(self):
        self.assertEqual(self.run_lines("(trap 'exit 0' TERM; while :; do sleep 0.1; done) &"), 1)
        self.fails_at(3, "build/namrackd --no-such-option &")
        with self.assertRaises(CommandFailed):
            self.run_lines("(exit 1) &", "sleep 0.5")

    def test_a_scene_that_is_saved_with_bypass_on_is_found_out(self):
        daemon = "build/namrackd --load a=CLEAN.nam --swap a &"
        self.assertEqual(self.run_lines(daemon, "build/namrack scene save b"), 2)
        with self.assertRaisesRegex(CommandFailed, "bypass on"):
            self.run_lines(daemon, "build/namrack bypass on", "build/namrack scene save b")

    def test_nothing_of_the_tester_is_seen(self):
        self.run_lines('test "$HOME" != "$PWD" && test -d "$XDG_RUNTIME_DIR" && test -z "${NAMRACK_SOCKET:-}"')


if __name__ == "__main__":
    unittest.main()
