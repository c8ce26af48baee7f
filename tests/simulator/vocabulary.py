# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and values that Plesk knows: limits, permissions, hosting properties (fact sheet 3.2, 3.9, 3.10)."""

from __future__ import annotations

from typing import Final

GIB: Final = 1024**3
UNLIMITED: Final = -1

PROTOCOLS: Final = (
    "1.6.3.0", "1.6.3.1", "1.6.3.2", "1.6.3.3", "1.6.3.4", "1.6.3.5", "1.6.4.0", "1.6.5.0", "1.6.6.0", "1.6.7.0", "1.6.8.0",
    "1.6.9.0", "1.6.9.1",
)  # fmt: skip
CURRENT_PROTOCOL: Final = PROTOCOLS[-1]

OVERUSE: Final = ("block", "notify", "normal", "not_suspend", "not_suspend_notify")

LIMITS: Final[dict[str, int]] = {
    "max_site": 5,
    "max_subdom": UNLIMITED,
    "max_dom_aliases": UNLIMITED,
    "disk_space": 10 * GIB,
    "disk_space_soft": 90,
    "max_traffic": 100 * GIB,
    "max_traffic_soft": 90,
    "max_wu": UNLIMITED,
    "max_subftp_users": UNLIMITED,
    "max_db": 10,
    "max_box": 50,
    "mbox_quota": GIB,
    "max_maillists": 5,
    "mysql_dbase_space": UNLIMITED,
    "expiration": UNLIMITED,
    "upsell_site_builder": 0,
}
"""The limits of a subscription with the values of the default plan."""

RESELLER_LIMITS: Final[dict[str, int]] = {"max_cl": 100, "max_dom": 500} | LIMITS | {"disk_space": 500 * GIB}

_PERMISSION_NAMES: Final = """
manage_phosting manage_phosting_ssi manage_phosting_php manage_phosting_cgi manage_phosting_perl
manage_phosting_python manage_phosting_fastcgi manage_phosting_errdocs manage_phosting_ssl
manage_phosting_webdeploy manage_sh_access manage_not_chroot_shell manage_dns manage_php_settings
manage_php_version allow_insecure_sites manage_anonftp manage_crontab manage_spamfilter manage_virusfilter
allow_local_backups allow_ftp_backups allow_account_local_backups allow_account_ftp_backups manage_webstat
manage_log access_appcatalog create_domains manage_subdomains manage_domain_aliases manage_subftp
manage_mail_settings manage_maillists manage_mail_autodiscover manage_performance manage_quota select_db_server
remote_db_connection manage_website_maintenance manage_protected_dirs access_service_users
"""
PERMISSIONS: Final[dict[str, bool]] = dict.fromkeys(_PERMISSION_NAMES.split(), True) | {
    "manage_sh_access": False,
    "manage_not_chroot_shell": False,
    "manage_phosting": False,
}
"""The permissions of a subscription with the values of the default plan."""

REMOTE_ACCESS: Final = "remote_access_interface"
RESELLER_PERMISSIONS: Final[dict[str, bool]] = {REMOTE_ACCESS: True, "create_clients": True} | PERMISSIONS

HOSTING: Final[dict[str, str]] = {
    "ftp_login": "",
    "ftp_password": "",
    "ftp_password_type": "plain",
    "ftp_quota": "-1",
    "ssl": "true",
    "ssl-redirect": "true",
    "shell": "/bin/false",
    "php": "true",
    "php_handler_id": "plesk-php83-fpm",
    "php_handler_type": "fpm",
    "php_served_by_nginx": "false",
    "ssi": "false",
    "ssi_html": "false",
    "cgi": "false",
    "perl": "false",
    "python": "false",
    "fastcgi": "true",
    "webstat": "awstats",
    "webstat_protected": "true",
    "errdocs": "false",
    "www_root": "",
    "nginx-transparent-mode": "false",
    "nginx-serve-static": "false",
    "unpaid_website_status": "suspended",
}
"""The hosting properties of a site with their defaults."""

PLAN_HOSTING: Final = {name: HOSTING[name] for name in HOSTING if not name.startswith("ftp_") and name != "www_root"}

SERVER_PREFERENCES: Final[dict[str, str]] = {
    "stat_ttl": "3",
    "traffic_accounting": "3",
    "restart_apache_interval": "0",
    "max_connections": "-1",
    "max_connections_per_ip": "-1",
    "outgoing_antispam": "true",
    "outgoing_messages_mbox_limit": "50",
    "outgoing_messages_domain_limit": "100",
    "outgoing_messages_subscription_limit": "200",
    "enable_sendmail": "false",
}

SERVICES: Final[dict[str, str]] = {
    "web": "Web Server (Apache)",
    "nginx": "Reverse Proxy Server (nginx)",
    "smtp": "SMTP Server (Postfix)",
    "mail": "IMAP/POP3 Server (Dovecot)",
    "dns": "DNS Server (BIND)",
    "mysql": "MySQL",
    "spamassassin": "SpamAssassin",
}
