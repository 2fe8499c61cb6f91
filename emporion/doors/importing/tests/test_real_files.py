"""Files of other programs by mapping files alone: for each, how many rows went in, and why the others did not."""

import csv
import shutil
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import F

from emporion.doors.importing.actions import run_import
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.money import amount_of
from emporion.records.customers.models import Customer
from emporion.records.orders.models import Order
from emporion.records.pipeline.models import Deal
from emporion.records.team.models import Member

pytestmark = [pytest.mark.spec("SYS-1"), pytest.mark.django_db]

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MAPPINGS = Path(__file__).parent / "mappings"
Files = dict[str, tuple[int, int, int]]
Reasons = list[tuple[str, str, str, int]]


def imported(mapping: str, path: Path, rejects: Path) -> tuple[Files, Reasons]:
    """By file: rows read, records created, rows rejected; and the reasons with how often each."""
    preset = MAPPINGS / f"{mapping}.toml" if (MAPPINGS / f"{mapping}.toml").exists() else mapping
    outcome = run_import(preset, path, by=SYSTEM, at=NOW, rejects=rejects)
    files = {name: (of["read"], of["created"], of["rejected"]) for name, of in outcome.files.items()}
    with rejects.open(encoding="utf-8", newline="") as file:
        found = Counter((row["file"], row["column"], row["reason"]) for row in csv.DictReader(file))
    return files, [(*key, count) for key, count in found.items()]


def test_northwind(real_data: Path, tmp_path: Path) -> None:
    """Its letters are damaged, its days American, its prices before discount: the net is known to the last place."""
    files, reasons = imported("northwind", real_data / "northwind", tmp_path / "rejects.csv")
    assert files == {
        "Employees.csv": (9, 18, 0),
        "Categories.csv": (8, 8, 0),
        "Products.csv": (77, 77, 0),
        "Customers.csv": (91, 182, 0),
        "Orders.csv": (830, 830, 0),
        "OrderDetails.csv": (2155, 2155, 0),
    }
    assert reasons == []
    assert sum(Order.objects.values_list("total", flat=True)) == Decimal("1265793.0395")
    assert Customer.objects.get(code="ANATR").address == "Avda. de la Constitución 2222"
    assert Customer.objects.filter(name__contains="Ã").count() == 0
    assert _revenue_by_member() == _northwind_by_employee(real_data / "northwind")


def _revenue_by_member() -> dict[str, Decimal]:
    codes = dict(Member.objects.values_list("id", "code"))
    revenue: Counter[str] = Counter()
    for member_id, units in LedgerFact.objects.filter(kind="order.placed").values_list("member_id", "amount"):
        revenue[codes[member_id or 0]] += units
    return {code: amount_of(units) for code, units in revenue.items()}


def _northwind_by_employee(folder: Path) -> dict[str, Decimal]:
    """The same by hand: price × quantity × (1 − discount), by whose order it is."""
    with (folder / "Orders.csv").open(encoding="utf-8", newline="") as file:
        sellers = {row["OrderID"]: row["EmployeeID"] for row in csv.DictReader(file)}
    net: dict[str, Decimal] = {}
    with (folder / "OrderDetails.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            amount = Decimal(row["UnitPrice"]) * int(row["Quantity"]) * (1 - Decimal(row["Discount"]))
            net[sellers[row["OrderID"]]] = net.get(sellers[row["OrderID"]], Decimal(0)) + amount
    return net


def test_salesforce_accounts_and_opportunities(real_data: Path, tmp_path: Path) -> None:
    """The accounts are in Western letters; a result file of its loader repeats opportunities and fits the same way."""
    folder = real_data / "crm_formats" / "salesforce_dataloader"
    files, reasons = imported("salesforce", folder, tmp_path / "rejects.csv")
    assert files == SALESFORCE
    assert reasons == SALESFORCE_REASONS
    assert Deal.objects.filter(closed_on=F("opened_on")).count() == WON


SALESFORCE: Files = {
    "accountData.csv": (423, 423, 0),
    "opportunityData.csv": (38, 47, 0),  # with an owner, a pipeline and its seven stages
    "success0413060133.csv": (9, 0, 0),  # repeats opportunities
    "error0413060133.csv": (11, 10, 1),
}
WON = 9
SALESFORCE_REASONS: Reasons = [("error0413060133.csv", "ID", "line 2 has the same code already", 1)]

FORMATS = "%m/%d/%Y %H:%M:%S%z or %Y-%m-%d %H:%M:%S%z or %m/%d/%YT%H:%M:%S%z or %Y-%m-%dT%H:%M:%S%z"
FIXTURES: dict[str, tuple[tuple[int, int, int], list[tuple[str, str]]]] = {
    "test_csvtext.csv": ((2, 2, 0), []),
    "test_csvtext_BOM_UTF8.csv": ((2, 2, 0), []),
    "test_csvtext_BOM_UTF16BE.csv": ((2, 2, 0), []),
    "test_csvtext_BOM_UTF16LE.csv": ((2, 2, 0), []),
    "test_csvtext_BOM_UTF32BE.csv": ((2, 2, 0), []),
    "test_csvtext_BOM_UTF32LE.csv": ((2, 2, 0), []),
    "test_csvEscapedQuotes.csv": ((2, 2, 0), []),
    "test_csvSeparator.csv": ((2, 2, 0), []),
    "test_accountsForInsert.csv": ((4, 4, 0), []),
    "test_dateEndingInZ.csv": ((1, 1, 0), []),
    "test_dateOnlyWithTimeZone.csv": ((2, 2, 0), []),
    "test_dateUsingDefaultTimeZone.csv": ((1, 1, 0), []),
    "test_dateWithTimeZone.csv": ((2, 2, 0), []),
    "test_emptyFirstRowFieldValueInCsvTemplate.csv": ((2, 2, 0), []),
    "test_insertAccountCsv.csv": ((100, 100, 0), []),
    "test_timeZoneFormatTesting.csv": ((12, 12, 0), []),
    "test_timeZoneFormatTestingWithErrors.csv": (
        (6, 4, 2),
        [
            ("Date", rf"'2009\\7\\14 22:14:45+0800' is not a day; the mapping reads {FORMATS}"),
            ("Date", f"'2009-07/14 02:14:45-0800' is not a day; the mapping reads {FORMATS}"),
        ],
    ),
    "test_upsertFkAccountNewFormatCsvTemplate.csv": (
        (5, 0, 5),
        [("PARENT", f"there is no customer with the code '1-00000{n}'") for n in range(5)],
    ),
}


@pytest.mark.parametrize("name", FIXTURES)
def test_salesforce_fixtures(real_data: Path, tmp_path: Path, name: str) -> None:
    path = real_data / "crm_formats" / "salesforce_dataloader" / name
    files, reasons = imported("salesforce_fixtures", path, tmp_path / "rejects.csv")
    counts, expected = FIXTURES[name]
    assert files == {name: counts}
    assert [(column, reason) for _, column, reason, _ in reasons] == expected


def test_hubspot(real_data: Path, tmp_path: Path) -> None:
    """Hashed tables of several accounts: what names a record that is in none of them is rejected and says so, where the
    mapping does not want it to become empty (the contact of a call)."""
    folder = real_data / "crm_formats" / "hubspot_fivetran"
    files, reasons = imported("hubspot", folder, tmp_path / "rejects.csv")
    assert files == {
        "owner_data.csv": (100, 100, 0),
        "company_data.csv": (24, 24, 0),
        "contact_data.csv": (22, 21, 1),
        "deal_pipeline_data.csv": (6, 6, 0),
        "deal_pipeline_stage_data.csv": (71, 0, 71),
        "deal_data.csv": (44, 44, 0),
        "deal_stage_data.csv": (14, 0, 14),
        "engagement_meeting_data.csv": (100, 100, 0),
        "engagement_call_data.csv": (1, 1, 0),
        "engagement_email_data.csv": (1, 1, 0),
        "engagement_task_data.csv": (2, 0, 2),
    }
    told: Counter[tuple[str, str, str]] = Counter()
    for file, column, reason, count in reasons:
        told[file, column, reason.split("'")[0]] += count
    assert told == {
        ("contact_data.csv", "property_company", ""): 1,
        ("deal_pipeline_stage_data.csv", "pipeline_id", "no pipeline has the code "): 71,
        ("deal_stage_data.csv", "deal_id", "no deal has the code "): 14,
        ("engagement_task_data.csv", "property_hubspot_owner_id", "no member has the code "): 2,
    }


def test_adventureworks_with_few_orders(real_data: Path, tmp_path: Path) -> None:
    """The whole preset over all its tables, with the first orders only, so that it is quick."""
    folder = tmp_path / "adventureworks"
    shutil.copytree(real_data / "adventureworks", folder, copy_function=shutil.copyfile)
    orders = keep(folder / "SalesOrderHeader.csv", "SalesOrderID", {str(number) for number in range(43_900)})
    keep(folder / "SalesOrderDetail.csv", "SalesOrderID", {row["SalesOrderID"] for row in orders})
    keep(folder / "Customer.csv", "CustomerID", {row["CustomerID"] for row in orders})
    files, reasons = imported("adventureworks", folder, tmp_path / "rejects.csv")
    assert reasons == []
    assert files["SalesTerritoryHistory.csv"] == (17, 18, 0)
    assert files["SalesPersonQuotaHistory.csv"] == (163, 163, 0)
    assert files["Product.csv"] == (504, 504, 0)
    assert files["SalesOrderHeader.csv"][1] == Order.objects.count() > 200


def keep(path: Path, column: str, wanted: set[str]) -> list[dict[str, str]]:
    """Leaves only the rows whose column is wanted, and gives them."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = list(reader.fieldnames or ()), [row for row in reader if row[column] in wanted]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return rows
