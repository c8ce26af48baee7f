# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that the simulator has, by their element name."""

from __future__ import annotations

from typing import Final

from ..engine import Operator
from . import webspace_plans as webspace_plans  # adds operations to webspace and site
from .customer import customer
from .dns import dns
from .event_log import event_log
from .ip import ip
from .mail import mail
from .reseller import reseller
from .secret_key import secret_key
from .server import server
from .service_plan import reseller_plan, service_plan
from .session import session
from .site import site
from .site_alias import site_alias
from .webspace import webspace

OPERATORS: Final[dict[str, Operator]] = {
    operator.name: operator
    for operator in (
        customer,
        dns,
        event_log,
        ip,
        mail,
        reseller,
        reseller_plan,
        secret_key,
        server,
        service_plan,
        session,
        site,
        site_alias,
        webspace,
    )
}
