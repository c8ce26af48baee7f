# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of the fact sheet's samples, element by element in order (sections 3 and B)."""

from __future__ import annotations

import pytest


def names(text):
    return text.split()


CONTACT = "cname pname login status phone fax email address city state pcode country locale"
CUSTOMER = names(f"cr_date {CONTACT} guid owner-login vendor-guid external-id password password_type description")
CUSTOMER_STAT = names(
    "active_domains subdomains disk_space postboxs redirects mail_groups mail_resps mail_lists web_users data_bases"
    " traffic traffic_prevday"
)
RESELLER = names(f"cr-date {CONTACT} password password-type guid external-id description power-user")
RESELLER_STAT = names(
    "active-clients active-domains clients domains subdomains domain-aliases disk-space web-users data-bases postboxs"
    " mbox-quota redirects mail-groups mail-resps mail-lists mssql-data-bases traffic traffic-prevday"
)
WEBSPACE = names(
    "cr_date name ascii-name status real_size owner-id dns_ip_address htype guid vendor-guid external-id sb-site-uuid"
    " description admin-description reseller-description"
)
WEBSPACE_STAT = names("traffic subdom wu box redir mg resp maillists db mssql_db traffic_prevday domains sites")
WEBSPACE_DATASETS = names(
    "gen_info hosting hosting-basic limits stat prefs disk_usage performance subscriptions permissions plan-items"
    " php-settings resource-usage mail aps-filter packages"
)
SITE = names(
    "cr_date name ascii-name status real_size dns_ip_address htype guid webspace-guid sb-site-uuid webspace-id"
    " description turn-off-action"
)
SERVER_OBJECTS = names(
    "clients domains active_domains mail_boxes mail_redirects mail_groups mail_responders web_users databases"
    " database_users problem_clients problem_domains"
)
TRAFFIC = names("date http_in http_out ftp_in ftp_out smtp_in smtp_out pop3_imap_in pop3_imap_out")


def test_customer_get(panel, tags):
    result = panel.ok(
        "<customer><get><filter><id>3</id></filter><dataset><gen_info/><stat/></dataset></get></customer>"
    )
    assert tags(result) == ["status", "filter-id", "id", "data"]
    assert tags(result.find("data")) == ["gen_info", "stat"]
    assert tags(result.find("data/gen_info")) == CUSTOMER
    assert tags(result.find("data/stat")) == CUSTOMER_STAT
    assert result.findtext("data/gen_info/owner-login") == "admin"
    assert result.findtext("data/gen_info/password").startswith("$5$")
    assert result.find("data/gen_info/fax").text is None


def test_customer_of_a_reseller_names_him_by_id(panel):
    row = next(row for row in panel.rows("customer") if row["owner_id"] != 1)
    result = panel.ok(
        f"<customer><get><filter><id>{row['id']}</id></filter><dataset><gen_info/></dataset></get></customer>"
    )
    assert result.findtext("data/gen_info/owner-id") == str(row["owner_id"])
    assert result.find("data/gen_info/owner-login") is None


def test_customer_statistics_add_up(panel):
    row = panel.rows("webspace")[0]
    request = f"<customer><get><filter><id>{row['owner_id']}</id></filter><dataset><stat/></dataset></get></customer>"
    before = int(panel.ok(request).findtext("data/stat/disk_space"))
    panel.simulator.edit(panel.name, "webspace", row["id"], usage={"httpdocs": row["usage"]["httpdocs"] + 1000})
    assert int(panel.ok(request).findtext("data/stat/disk_space")) == before + 1000


def test_customer_dataset_is_a_sequence(panel):
    code, text = panel.refusal("<customer><get><filter/><dataset><stat/><gen_info/></dataset></get></customer>")
    assert (code, "'gen_info'" in text) == (1014, True)


def test_get_domain_list(panel, tags):
    addon = next(row for row in panel.rows("site") if row["parent_site_id"])
    owner = panel.row("webspace", addon["webspace_id"])["owner_id"]
    result = panel.ok(f"<customer><get-domain-list><filter><id>{owner}</id></filter></get-domain-list></customer>")
    assert tags(result) == ["status", "filter-id", "id", "domains"]
    main = ["id", "name", "ascii-name", "type", "main", "guid", "external-id"]
    by_id = {domain.findtext("id"): domain for domain in result.find("domains")}
    assert tags(by_id[str(addon["webspace_id"])]) == main
    assert tags(by_id[str(addon["id"])]) == [*main, "parent-id", "domain-id"]
    assert by_id[str(addon["id"])].findtext("main") == "false"


def test_reseller_get(panel, tags):
    dataset = "<gen-info/><stat/><permissions/><limits/><ippool/><subscriptions/>"
    result = panel.ok(f"<reseller><get><filter><all/></filter><dataset>{dataset}</dataset></get></reseller>")
    data = result.find("data")
    assert tags(data) == ["gen-info", "stat", "permissions", "limits", "ippool", "subscriptions"]
    assert tags(data[0]) == RESELLER
    assert tags(data[1]) == RESELLER_STAT
    assert tags(data.find("limits"))[:2] == ["resource-policy", "limit"]
    assert tags(data.find("ippool/ip")) == ["ip-address", "ip-type"]
    assert tags(data.find("subscriptions/subscription")) == ["locked", "synchronized", "plan"]


def test_webspace_get_with_every_dataset_in_any_order(panel, tags):
    row = next(row for row in panel.rows("webspace") if row["owner_id"] != 1)
    dataset = "".join(f"<{name}/>" for name in reversed(WEBSPACE_DATASETS))
    result = panel.ok(
        f"<webspace><get><filter><id>{row['id']}</id></filter><dataset>{dataset}</dataset></get></webspace>"
    )
    data = result.find("data")
    assert tags(data) == WEBSPACE_DATASETS
    assert tags(data.find("gen_info")) == WEBSPACE
    assert tags(data.find("stat")) == WEBSPACE_STAT
    assert tags(data.find("limits"))[0] == "overuse"
    assert tags(data.find("limits/limit")) == ["name", "value"]
    assert tags(data.find("performance")) == ["bandwidth", "max_connections"]
    assert tags(data.find("mail"))[:5] == [
        "nonexistent-user",
        "webmail",
        "spam-protect-sign",
        "greylisting",
        "mailservice",
    ]
    properties = {node.findtext("name"): node.findtext("value") for node in data.iterfind("hosting/vrt_hst/property")}
    assert properties["ftp_password"] == row["hosting"]["properties"]["ftp_password"]
    assert data.find("hosting-basic/vrt_hst/property") is None
    assert data.findtext("hosting-basic/vrt_hst/ip_address") == "192.0.2.1"


def test_webspace_of_the_administrator_names_his_login(panel):
    row = next(row for row in panel.rows("webspace") if row["owner_id"] == 1)
    result = panel.ok(
        f"<webspace><get><filter><id>{row['id']}</id></filter><dataset><gen_info/></dataset></get></webspace>"
    )
    assert result.findtext("data/gen_info/owner-login") == "admin"


def test_site_get(panel, tags):
    result = panel.ok(
        "<site><get><filter><id>1</id></filter><dataset><stat/><gen_info/><hosting/></dataset></get></site>"
    )
    data = result.find("data")
    assert tags(data) == ["gen_info", "hosting", "stat"]
    assert tags(data.find("gen_info")) == SITE
    assert tags(data.find("stat")) == WEBSPACE_STAT[:-2]


def test_traffic(panel, tags):
    period = "<since_date>2026-01-01</since_date><to_date>2026-01-02</to_date>"
    result = panel.ok(f"<webspace><get_traffic><filter><id>1</id></filter>{period}</get_traffic></webspace>")
    assert tags(result) == ["status", "filter-id", "id", "traffic", "traffic"]
    assert [tags(day) for day in result.findall("traffic")] == [TRAFFIC, TRAFFIC]
    assert [day.findtext("date") for day in result.findall("traffic")] == ["2026-01-01", "2026-01-02"]
    reported = "<date>2026-01-02</date><smtp_in>1</smtp_in><smtp_out>2</smtp_out><pop3_imap_in>3</pop3_imap_in>"
    reported += "<pop3_imap_out>4</pop3_imap_out>"
    panel.ok(f"<webspace><set_traffic><dom_id>1</dom_id>{reported}</set_traffic></webspace>")
    again = panel.ok(f"<webspace><get_traffic><filter><id>1</id></filter>{period}</get_traffic></webspace>")
    assert [node.text for node in again.findall("traffic")[1]][5:] == ["1", "2", "3", "4"]
    assert [node.text for node in again.findall("traffic")[0]] == [node.text for node in result.findall("traffic")[0]]


def test_server_get(panel, tags):
    result = panel.ok("<server><get><stat/><gen_info/><prefs/><services_state/><key/></get></server>")
    assert tags(result) == ["status", "key", "gen_info", "stat", "services_state", "prefs"]
    assert tags(result.find("gen_info")) == ["server_name", "server_guid", "mode"]
    assert len(result.findtext("gen_info/server_guid")) == 36
    assert tags(result.find("stat")) == ["objects", "version", "other", "load_avg", "mem", "swap", "diskspace"]
    assert tags(result.find("stat/objects")) == SERVER_OBJECTS
    assert result.findtext("stat/objects/domains") == "50"
    assert tags(result.find("services_state/srv")) == ["id", "title", "state"]


def test_service_plan_get_is_flat(panel, tags):
    results = panel.results("<service-plan><get><filter/></get></service-plan>")
    assert [result.findtext("name") for result in results] == ["Default Domain", "Starter", "Business", "Unlimited"]
    flat = "status id name guid external-id owner-login mail limits log-rotation preferences hosting performance permissions"
    assert tags(results[0])[:13] == names(flat)
    properties = {
        node.findtext("name"): node.findtext("value") for node in results[0].iterfind("hosting/vrt_hst/property")
    }
    assert properties["unpaid_website_status"] == "suspended"


def test_reseller_plan_wants_all(panel):
    assert (
        panel.ok("<reseller-plan><get><filter><all/></filter></get></reseller-plan>").findtext("name")
        == "Default Reseller"
    )
    assert panel.refusal("<reseller-plan><get><filter/></get></reseller-plan>")[0] == 1014


def test_ip_get(panel, tags):
    result = panel.ok("<ip><get/></ip>")
    assert tags(result.find("addresses/ip_info")) == ["ip_address", "netmask", "type", "interface", "public_ip_address"]


@pytest.mark.parametrize(
    "request_",
    [
        "webspace><get-limit-descriptor",
        "webspace><get-permission-descriptor",
        "webspace><get-physical-hosting-descriptor",
        "site><get-physical-hosting-descriptor",
        "reseller><get-limit-descriptor",
        "reseller><get-permission-descriptor",
        "service-plan><get-limit-descriptor",
        "service-plan><get-permission-descriptor",
    ],
)
def test_descriptors(panel, tags, request_):
    operator, operation = request_.split("><")
    result = panel.ok(f"<{operator}><{operation}><filter/></{operation}></{operator}>")
    assert tags(result) == ["status", "descriptor"]
    fields = tags(result.find("descriptor/property"))
    assert fields[:3] == ["name", "type", "default-value"]
    assert set(fields[3:-1]) == {"writable-by"}
    assert fields[-1] == "label"


def test_event_log(panel, tags):
    last = panel.ok("<event_log><get-last-id/></event_log>").findtext("id")
    panel.set_status("webspace", 1, 16)
    panel.set_status("customer", 3, 16)
    result = panel.ok(f"<event_log><get_events><lastId>{last}</lastId></get_events></event_log>")
    events = result.findall("event")
    assert tags(events[0]) == ["id", "type", "time", "class", "obj_id", "user", "host"]
    seen = [(int(event.findtext("id")), event.findtext("class"), event.findtext("obj_id")) for event in events]
    assert seen == [(int(last) + 1, "domain_status", "1"), (int(last) + 2, "client_status", "3")]
    chosen = "<events><event><type>update</type><class>client_status</class></event></events>"
    (only,) = panel.ok(f"<event_log><get_events><lastId>0</lastId>{chosen}</get_events></event_log>").findall("event")
    assert only.findtext("user") == "admin"
    assert tags(panel.ok("<event_log><get/></event_log>")[1]) == ["type", "time", "class", "id"]


def test_text_survives_the_trip(panel):
    text = "<b>&amp; „Größe“ 日本語\n second line"
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    panel.ok(
        f"<customer><set><filter><id>3</id></filter><values><gen_info><description>{escaped}</description></gen_info></values></set></customer>"
    )
    result = panel.ok("<customer><get><filter><id>3</id></filter><dataset><gen_info/></dataset></get></customer>")
    assert result.findtext("data/gen_info/description") == text
