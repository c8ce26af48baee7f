# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.hostops.plesk.plugins.modules import plesk_subscription_restriction as module
from ansible_collections.hostops.plesk.plugins.plugin_utils.action import ModuleInProcess


class ActionModule(ModuleInProcess):
    """Runs the module's body in the worker process."""

    SPEC = module.SPEC
    BODY = staticmethod(module.body)
