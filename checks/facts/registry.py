"""Parsers and derivations by name: what `parse:` and `derive:` in facts.yaml may say."""

from collections.abc import Mapping

from checks.facts.accounts import accounts
from checks.facts.administrators import administrators
from checks.facts.antivirus import antivirus, antivirus_places, antivirus_state
from checks.facts.audit_coverage import audit_coverage, audit_coverage_at_boot
from checks.facts.audit_logins import audit_logins
from checks.facts.audit_rules import audit_rules
from checks.facts.audit_state import audit_state, audit_status
from checks.facts.backups import backup_folders, backups
from checks.facts.boot_arguments import boot_arguments
from checks.facts.exports import exports
from checks.facts.file_integrity import file_integrity, integrity_places
from checks.facts.file_modes import file_modes
from checks.facts.file_stat import file_stat
from checks.facts.firewall import host_firewall
from checks.facts.groups import group_members, groups
from checks.facts.history_size import history_size
from checks.facts.kernels import kernels
from checks.facts.lockout import lockout
from checks.facts.log_protection import log_protection
from checks.facts.log_recording import log_recording
from checks.facts.log_retention import log_retention
from checks.facts.log_targets import log_collectors, log_forwarding, log_targets
from checks.facts.logins import account_activity, last_logins
from checks.facts.logrotate import logrotate
from checks.facts.mounts import mounts
from checks.facts.network_parameters import network_parameters
from checks.facts.outlets import outlets, redundancy
from checks.facts.packages import packages
from checks.facts.pam import pam
from checks.facts.pam_bypass import pam_bypass
from checks.facts.password_origin import password_origin
from checks.facts.password_quality import password_quality
from checks.facts.password_storing import password_storing
from checks.facts.processes import processes
from checks.facts.release_support import release_support
from checks.facts.repositories import repositories
from checks.facts.rsyslog import rsyslog
from checks.facts.second_factor import second_factor
from checks.facts.shell_timeout import shell_timeout
from checks.facts.sockets import listeners
from checks.facts.ssh_sources import ssh_sources, ssh_sources_in_zones
from checks.facts.stanzas import stanzas
from checks.facts.su_access import su_access
from checks.facts.sudo import sudo_defaults, sudo_grants
from checks.facts.systemd_conf import systemd_conf
from checks.facts.text import keyvalue, lines, table
from checks.facts.time_sources import time_config, time_source_match, time_sources
from checks.facts.umask import default_umask
from checks.facts.updates import apt_upgradable
from checks.facts.values import Derivation, Parsed, Parser

PARSERS: Mapping[str, Parser] = {
    "text": lines,
    "lines": lines,
    "keyvalue": keyvalue,
    "table": table,
    "accounts": accounts,
    "file-modes": file_modes,
    "groups": groups,
    "pam": pam,
    "listeners": listeners,
    "last-logins": last_logins,
    "shell-timeout": shell_timeout,
    "stanzas": stanzas,
    "apt-upgradable": apt_upgradable,
    "exports": exports,
    "kernels": kernels,
    "mounts": mounts,
    "network-parameters": network_parameters,
    "outlets": outlets,
    "packages": packages,
    "redundancy": redundancy,
    "repositories": repositories,
    "processes": processes,
    "file-stat": file_stat,
    "boot-arguments": boot_arguments,
    "audit-status": audit_status,
    "audit-rules": audit_rules,
    "rsyslog": rsyslog,
    "systemd-conf": systemd_conf,
    "logrotate": logrotate,
    "antivirus-places": antivirus_places,
    "time-config": time_config,
    "integrity-places": integrity_places,
    "backup-folders": backup_folders,
    "history-size": history_size,
}
DERIVATIONS: Mapping[str, Derivation] = {
    "password-quality": password_quality,
    "lockout": lockout,
    "account-activity": account_activity,
    "administrators": administrators,
    "default-umask": default_umask,
    "group-members": group_members,
    "second-factor": second_factor,
    "su-access": su_access,
    "sudo-defaults": sudo_defaults,
    "sudo-grants": sudo_grants,
    "pam-bypass": pam_bypass,
    "password-origin": password_origin,
    "password-storing": password_storing,
    "release-support": release_support,
    "host-firewall": host_firewall,
    "ssh-sources": ssh_sources,
    "ssh-sources-in-zones": ssh_sources_in_zones,
    "audit-state": audit_state,
    "audit-coverage": audit_coverage,
    "audit-coverage-at-boot": audit_coverage_at_boot,
    "audit-logins": audit_logins,
    "log-recording": log_recording,
    "log-protection": log_protection,
    "log-targets": log_targets,
    "log-collectors": log_collectors,
    "log-forwarding": log_forwarding,
    "log-retention": log_retention,
    "antivirus": antivirus,
    "antivirus-state": antivirus_state,
    "time-sources": time_sources,
    "time-source-match": time_source_match,
    "file-integrity": file_integrity,
    "backups": backups,
}


def parse_fact(name: str, text: str, options: Mapping[str, bool | int | str | tuple[str, ...]]) -> Parsed:
    """Parse a fact's text. Raises ParseError, nothing else, on any text."""
    return PARSERS[name](text, options)
