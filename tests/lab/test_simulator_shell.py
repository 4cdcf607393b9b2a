"""A session on a simulated device, key by key: what a real one shows is shown, down to the control characters."""

from contextlib import suppress

import pytest

from lab.simulator.device import Account, Behaviour, Faults
from lab.simulator.shell import Shell
from lab.simulator.terminal import HangUp
from tests.lab.simulated import CONFIGURATION, KINDS, SECRET, ScriptWire, device, running


def played(typed: str, platform: str = "vrp5", level: int = 15, **more: object) -> tuple[str, list[str]]:
    """(what the device wrote, what it understood)."""
    wire, asked = ScriptWire(typed), []
    stage = device(platform, level, **more)
    with suppress(HangUp):
        Shell(stage, stage.accounts["audit"], wire, asked.append).run()
    return wire.written, asked


def test_typing_is_echoed_after_the_prompt() -> None:
    written, asked = played("dis ver\r")
    assert "<SW-vrp5>dis ver\r\nSoftware Version 5.170\r\n" in written
    assert asked == ["display version"]


def test_return_and_newline_together_end_one_line() -> None:
    assert played("dis ver\r\ndis ver\r\n")[1] == ["display version", "display version"]
    assert played("dis ver\ndis ver\n")[1] == ["display version", "display version"]


def test_backspace_takes_a_character_back() -> None:
    assert played("dis vex\br\r")[1] == ["display version"]


@pytest.mark.parametrize("platform", sorted(KINDS))
def test_a_long_answer_stops_at_the_pager_and_goes_on_with_a_key(platform: str) -> None:
    talk = device(platform).talk
    written, _ = played(f"{running(platform)}\r", platform)
    assert written.endswith(talk.pager.mark)
    assert "GigabitEthernet0/0/39" not in written
    whole, _ = played(f"{running(platform)}\r" + " " * 8, platform)
    assert talk.pager.mark + talk.pager.wipe in whole
    assert "GigabitEthernet0/0/39" in whole


def test_return_at_the_pager_shows_one_more_line_and_q_ends_the_answer() -> None:
    one, _ = played("dis cur\r\r\r")
    two, _ = played("dis cur\r\r\r\r")
    assert one.count("\r\n") + 1 == two.count("\r\n")
    quit_, asked = played("dis cur\rqdis ver\r")
    assert quit_.count("More") == 1
    assert asked == ["display current-configuration", "display version"]


@pytest.mark.parametrize("platform", sorted(KINDS))
def test_paging_can_be_switched_off(platform: str) -> None:
    off = next(iter(device(platform).talk.paging_off))
    written, _ = played(f"{off}\r{running(platform)}\r", platform)
    assert "More" not in written
    assert written.replace("\r\n", "\n").count(CONFIGURATION.strip()) == 1


def test_a_device_may_say_yes_and_page_all_the_same() -> None:
    written, _ = played("screen-length 0 temporary\rdis cur\r", faults=Faults(keeps_paging=True))
    assert "Info: The configuration takes effect" in written
    assert written.endswith("---- More ----")


@pytest.mark.parametrize("platform", sorted(KINDS))
def test_an_unknown_command_is_refused_at_the_word_that_is_wrong(platform: str) -> None:
    first = running(platform).split()[0]
    prompt_width = len(played("", platform)[0].splitlines()[-1])
    written, _ = played(f"{first} nonsense\r", platform)
    pointer = next(line for line in written.splitlines() if line.strip() == "^")
    assert pointer.index("^") == prompt_width + len(first) + 1
    assert "Unrecognized command" in written or "Invalid input" in written


def test_a_low_account_is_denied_until_it_raises_itself_with_the_right_secret() -> None:
    assert "do not have permission" in played("dis cur\r", level=1)[0]
    raised, _ = played(f"super\r{SECRET}\rdis cur\r", level=1)
    assert "sysname SW" in raised
    assert SECRET not in raised
    refused, _ = played("super\rx\rx\rx\rdis cur\r", level=1)
    assert "The password is invalid" in refused
    assert "sysname SW" not in refused


def test_the_prompt_shows_the_level_where_the_platform_shows_it() -> None:
    written, _ = played(f"enable\r{SECRET}\r", "ios", level=1)
    assert "SW-ios>enable" in written
    assert written.endswith("SW-ios#")


def test_the_prompt_of_a_firewall_pair_has_its_prefix() -> None:
    assert played("", "comware7", prompt_prefix="RBM_P")[0].endswith("RBM_P<SW-comware7>")


def test_the_configuration_view_has_its_own_prompt_and_quit_leaves_it() -> None:
    written, asked = played("system-view\rquit\rquit\rdis ver\r")
    assert "[SW-vrp5]quit\r\n<SW-vrp5>quit" in written
    assert asked == ["system-view", "quit", "quit"]  # the second quit ended the session


def test_an_initial_password_is_asked_about_before_the_prompt() -> None:
    account = {"audit": Account(password="x", change_password=True)}
    written, _ = played("N\r", accounts=account)
    assert written.index("Change now? [Y/N]:N") < written.index("<SW-vrp5>")


def test_filters_choose_lines() -> None:
    written, _ = played("screen-length 0 temporary\rdis cur | include sysname\r")
    assert "sysname SW" in written
    assert "interface Gig" not in written
    written, _ = played("screen-length 0 temporary\rdis cur | begin 0/0/39\r")
    assert written.count("interface Gig") == 1


def test_log_lines_come_between_answers() -> None:
    written, _ = played("dis ver\rdis ver\r", behaviour=Behaviour(chatter=("%Nov 27 16:00:00 SHELL/5/LOGIN: x",)))
    assert written.count("SHELL/5/LOGIN") == 2


def test_faults_do_what_they_say() -> None:
    assert "sysname" not in played("dis cur\r", faults=Faults(empty=("display current-configuration",)))[0]
    assert played("dis cur\rabc\r", faults=Faults(hang_at="display current-configuration"))[1] == [
        "display current-configuration"
    ]
    cut, _ = played(
        "screen-length 0 temporary\rdis cur\rdis ver\r", faults=Faults(hang_up_at="display current-configuration")
    )
    assert "sysname" in cut
    assert "return" not in cut
    assert len(played("", faults=Faults(noise=1))[0]) > 10**6
