# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The classifications of AbuseIO by their English names (``resources/lang/en/classifications.php``), misspelt where it does so."""

from __future__ import annotations

from collections.abc import Mapping

from .report_kinds import NO_CAUSE, Kind

_ABUSE: Mapping[str, Kind] = {
    "SPAM": ("spam", "medium"),
    "SPAM Trap": ("spam", "medium"),
    "Comment Spam": ("spam", "medium"),
    "Spamvertised web site": ("spam", "medium"),
    "Feedback loop (FBL) message": ("spam", "low"),
    "RBL Listed": ("spam", "low"),
    "Harvesting": ("attack", "low"),
    "Phishing website": ("phishing", "high"),
    "PHISING_WEBSITE": ("phishing", "high"),
    "Malware infection": ("malware", "high"),
    "Distribution website": ("malware", "high"),
    "Botnet controller": ("malware", "critical"),
    "ei.cc": ("malware", "critical"),
    "ei.domains": ("malware", "high"),
    "ei.urls": ("malware", "high"),
    "Botnet infection": ("compromised", "high"),
    "Botnet Drone": ("compromised", "high"),
    "ei.botnet": ("compromised", "high"),
    "Compromised server": ("compromised", "high"),
    "Compromised website": ("compromised", "high"),
    "Service contacting darknets": ("compromised", "medium"),
    "DDoS sending Server": ("attack", "critical"),
    "Possible DDoS sending Server": ("attack", "high"),
    "Hack attack": ("attack", "high"),
    "Login attack": ("attack", "high"),
    "Dictionary attack": ("attack", "high"),
    "Brute Force attack": ("attack", "high"),
    "Copyright Infringement": ("content", "medium"),
    "Notice and Take Down request": ("content", "medium"),
    "Rule Breaker": ("content", "low"),
}

_NO_ABUSE = (
    "Accesiable Android Debug Bridge",
    "Accesiable Apple Remote Desktop",
    "Accesiable Basic Authenticatie service",
    "Accesiable COAP service",
    "Accesiable DB2 discovery service",
    "Accesiable IPP service",
    "Accesiable MQTT service",
    "Accesiable Microsoft Remote Desktop Protocol service",
    "Accesiable RAdmin service",
    "Accesiable Ubiquiti server",
    "Accesiable proxy server",
    "Accessible Advanced Message Queuing Protocol (AMQP) server",
    "CAIDA IP spoofer",
    "DDOS amplification victim",
    "FREAK Vulnerable Server",
    "Generic message",
    "Have I been pwned breach",
    "ISAKMP Vulnerable device",
    "Informational",
    "Netcore/Netis router vulnerable",
    "Open Apple Filing Protocol (AFP) Server",
    "Open CPE WAN Management Protocol (CWMP)",
    "Open Chargen Server",
    "Open Cisco Smart Install",
    "Open DNS Resolver",
    "Open ElasticSearch Server",
    "Open FTP Server",
    "Open HTTP Server",
    "Open Hadoop Server",
    "Open IPMI Server",
    "Open LDAP Server",
    "Open MemCached Server",
    "Open Microsoft SQL Server",
    "Open MongoDB Server",
    "Open NAT_PMP Server",
    "Open NTP Server",
    "Open Netbios Server",
    "Open Portmapper Server",
    "Open QOTD Server",
    "Open RDP Server",
    "Open REDIS Server",
    "Open SAMBA Server (SMB/CIFS)",
    "Open SNMP Server",
    "Open SSDP Server",
    "Open TFTP Server",
    "Open Telnet Server",
    "Open VNC Server",
    "Open mDNS Service",
    "Open rsync Server",
    "SSLv3 Vulnerable Server",
    "Vulnerable SMTP server",
)
"""What can be abused, and has done nothing by that alone."""

KINDS: Mapping[str, Kind] = {**_ABUSE, **dict.fromkeys(_NO_ABUSE, (NO_CAUSE, "low"))}
"""What a classification means here; its severity is that of a ticket of the type ``Abuse``."""
