#!/usr/bin/env python3
"""Derives countries.tsv and places.tsv, the place half of the gazetteer.

    derive_places.py DATA [OUT]

DATA holds the folders gaz-countries and gaz-places; OUT (the folder above this one) is where
the two files are written (default: the folder of this script). The same input gives the same bytes.
README.md tells the format, the sources and their licences.

Hand-written rows come first: a machine row that means the same place (same Wikidata id, or same
country and same name) only adds to them. A surface form without `?` belongs to one id; a machine
row loses it to a hand-written one, and two hand-written rows that claim one form are an error.
"""

import csv
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

HEADER = "id\ttype\tname\taliases\tdemonyms\trefs\n"

# Countries whose first-level divisions are often in the news; for the others the extra file names
# the few that are. `geographical unit` and the like are no divisions one writes about.
STATES_OF = "AE AU BR CA CN DE ID IN JP KH KR MM MX MY NG PH PK SA TH TW US VN ZA".split()
STATE_TYPES_LEFT_OUT = ("geographical unit", "outlying", "military", "special administrative")
STATE_SUFFIX = {"NG": " State"}  # `Rivers`, `Delta`, `Plateau` mean nothing without it
STATES_LEFT_OUT = {("CN", "Taiwan")}  # a row of countries.tsv
CITY_FILES = ["MY", "SG", "HK"]
ALL_TOWNS_OF = {"MY"}

HAN = re.compile("[\u3400-\u9fff]")
# Characters of Simplified text that GB 2312 lacks; what else it lacks is taken for Traditional.
SIMPLIFIED_BEYOND_GB2312 = set("峇氹鱲埗梿潟埼栃")
# Chinese names one does not make a demonym of by adding 人: the long official ones, parts, cities.
NO_ZH_DEMONYM = tuple("共和国 联邦 联盟 王国 公国 合众国 酋长国 地区 特区 行政区 大陆 内地 省 城".split())
NO_ENGLISH_PLURAL = re.compile(r"(ese|sh|ch|s|x|z)$")


class Entry:
    """One line of the output: forms in order, a form ending in `?` being an ambiguous one."""

    def __init__(self, kind, country, name, hand):
        self.kind, self.country, self.name, self.hand = kind, country, name, hand
        self.aliases, self.demonyms, self.refs = [], [], []

    def known(self, form):
        return any(form == known.rstrip("?") for known in [self.name, *self.aliases])

    def add_alias(self, form):
        form = form.strip()
        doubts_name = form == self.name + "?" and form not in self.aliases
        if form and (doubts_name or not self.known(form.rstrip("?"))):
            self.aliases.append(form)

    def add_demonym(self, form):
        if form and form.rstrip("?") not in [known.rstrip("?") for known in self.demonyms]:
            self.demonyms.append(form)

    def add_ref(self, ref):
        """Keeps one reference per source: the first, so the hand-written one."""
        source = ref.split(":")[0] if ":" in ref else "Q"
        if ref and all((r.split(":")[0] if ":" in r else "Q") != source for r in self.refs):
            self.refs.append(ref)

    def forms(self):
        """Every surface form with its mark; the name is ambiguous if repeated with `?`."""
        name = self.name + "?" if self.name + "?" in self.aliases else self.name
        return [name, *(a for a in self.aliases if a != self.name + "?")]

    def doubt(self, form):
        """Marks one of the forms as ambiguous."""
        if form == self.name:
            self.aliases.append(form + "?")
        else:
            self.aliases[self.aliases.index(form)] = form + "?"

    def line(self, ident):
        lists = ["|".join(self.aliases), "|".join(self.demonyms), ";".join(self.refs)]
        return "\t".join([ident, self.kind, self.name, *lists]) + "\n"


def ascii_of(text):
    text = text.translate(str.maketrans("øØłŁđĐıʻ’‘–", "oOlLdDi'''-")).replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def fold(text):
    """What two spellings of one name share."""
    text = ascii_of(text).lower().replace("&", "and")
    return re.sub(r"\bthe\b|[^\w\u3400-\u9fff]", "", text)


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", ascii_of(text).replace("'", "").lower()).strip("-")


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read_extra(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], start=2):
        fields = line.split("\t")
        if len(fields) != 6:
            sys.exit(f"{path}:{number}: expected 6 columns, found {len(fields)}")
        yield dict(zip(("type", "in", "name", "aliases", "demonyms", "refs"), fields))


def plural(demonym):
    return demonym if NO_ENGLISH_PLURAL.search(demonym) else demonym + "s"


def countries(data, extra):
    """The countries and territories by ISO code: CLDR, mledoze and UN names, then the extra rows."""
    folder = data / "gaz-countries"
    cldr = read_json(folder / "cldr-territories-en-zh-zhHant-ms.json")
    codes = {row["ISO3166-1-Alpha-2"]: row for row in read_csv(folder / "country-codes.csv")}
    dr5hn = read_csv(data / "gaz-places" / "dr5hn-countries.csv")
    wikidata = {row["iso2"]: row["wikiDataId"] for row in dr5hn}
    by_hand = {row["in"]: row for row in extra if row["type"] == "country"}
    found = {}
    for line in (folder / "countries-multilingual.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        iso, hand, code = row["iso2"], by_hand.get(row["iso2"]), codes.get(row["iso2"], {})
        entry = Entry("place", iso, hand["name"] if hand else row["name_en"], True)
        malay = row["cldr_ms"]
        if "SAR" in malay or "(" in malay or " - " in malay or not malay:
            malay = entry.name
        for form in hand["aliases"].split("|") if hand else []:
            entry.add_alias(form)
        for form in [row["name_en"], row["cldr_en"], row["official_en"], row["cldr_zh"], malay]:
            if "(" not in form and "&" not in form:
                entry.add_alias(form)
        for language in ["en", "zh", "ms"]:
            for key, form in sorted(cldr[language].items()):
                if key.startswith(iso + "-alt") and "(" not in form and "（" not in form:
                    entry.add_alias(form)
        formal = code.get("UNTERM Chinese Formal", "").strip(" *")
        if formal and HAN.match(formal):
            entry.add_alias(formal)
        add_ascii(entry)
        add_demonyms(entry, row["demonym"], hand["demonyms"] if hand else "", malay)
        for ref in [hand["refs"] if hand else "", code.get("wikidata_id", "").rpartition("/")[2]]:
            entry.add_ref(ref)
        entry.add_ref(wikidata.get(iso, ""))
        entry.add_ref("iso:" + iso)
        if code.get("Geoname ID"):
            entry.add_ref("geonames:" + code["Geoname ID"])
        found[iso] = entry
    return found


def add_demonyms(entry, machine, by_hand, malay):
    """English ones from the hand or from mledoze, Chinese and Malay ones made from the names."""
    if by_hand == "-":
        return
    if by_hand:
        for form in by_hand.split("|"):
            entry.add_demonym(form)
    else:
        for form in re.split(r", | or ", machine):
            entry.add_demonym(form)
            entry.add_demonym(plural(form))
    for form in entry.forms():
        if HAN.match(form) and 1 < len(form) <= 6 and not form.endswith(("?", *NO_ZH_DEMONYM)):
            entry.add_demonym(form + "人")
    for noun in ["rakyat", "warga", "orang"]:
        entry.add_demonym(f"{noun} {malay}")


def add_ascii(entry):
    """`São Paulo` is also written `Sao Paulo`; a mark on the one holds for the other."""
    for form in entry.forms():
        if not HAN.search(form):
            entry.add_alias(ascii_of(form))


class Places:
    """The rows of places.tsv, found again by reference or by country and name."""

    def __init__(self):
        self.entries, self.by_ref, self.by_name = [], {}, {}

    def index(self, entry):
        for ref in entry.refs:
            self.by_ref.setdefault(ref, entry)
        for form in sorted(entry.forms(), key=lambda form: form.endswith("?")):
            self.by_name.setdefault((entry.country, fold(form.rstrip("?"))), entry)

    def add_hand(self, row):
        entry = Entry(row["type"], row["in"], row["name"], True)
        for form in row["aliases"].split("|"):
            entry.add_alias(form)
        for form in row["demonyms"].split("|"):
            entry.add_demonym(form)
        entry.add_ref(row["refs"])
        add_ascii(entry)
        self.entries.append(entry)
        self.index(entry)

    def add_machine(self, country, name, refs):
        """Gives the references to the row that means this place, or makes a row of it."""
        by_ref = next((self.by_ref[ref] for ref in refs if ref in self.by_ref), None)
        entry = by_ref or self.by_name.get((country, fold(name)))
        if entry is None:
            entry = Entry("place", country, name, False)
            self.entries.append(entry)
        elif not entry.hand:
            entry.add_alias(name)
        for ref in refs:
            entry.add_ref(ref)
        add_ascii(entry)
        self.index(entry)


def machine_places(data, known, places):
    """Divisions, towns of Malaysia, quarters of Singapore and Hong Kong; references for the rest."""
    folder = data / "gaz-places"
    for row in read_csv(folder / "dr5hn-states.csv"):
        country = row["country_code"]
        kind_left_out = row["type"].startswith(STATE_TYPES_LEFT_OUT)
        left_out = kind_left_out or (country, row["name"]) in STATES_LEFT_OUT
        if country in STATES_OF and not left_out:
            name = re.sub(r" \(.*\)$", "", row["name"].strip())
            if row["type"] == "state":
                name += STATE_SUFFIX.get(country, "")
            places.add_machine(country, name, [row["wikiDataId"]] if row["wikiDataId"] else [])
    for country in CITY_FILES:
        for row in read_json(folder / f"dr5hn-cities-{country}.json"):
            if row["name"] != known[country].name and row["type"] != "historical":
                name = row["name"].partition(" or ")[0]
                places.add_machine(country, name, [row["wikiDataId"]] if row["wikiDataId"] else [])
    cities = read_csv(folder / "world-cities.csv")
    codes = {}
    for iso, entry in known.items():
        for form in entry.forms():
            codes.setdefault(fold(form.rstrip("?")), iso)
    codes[fold("No country found for alpha-2 code: XK")] = "XK"

    def code_of(country):
        head, _, tail = country.partition(", ")
        return codes.get(fold(country)) or codes.get(fold(f"{tail} {head}")) or codes.get(fold(head))

    same_name = Counter((row["country"], fold(row["name"])) for row in cities)
    for row in cities:
        country = code_of(row["country"])
        only_one = same_name[row["country"], fold(row["name"])] == 1
        ref = "geonames:" + row["geonameid"]
        if country in ALL_TOWNS_OF:
            places.add_machine(country, row["name"], [ref])
        elif country and only_one and (entry := places.by_name.get((country, fold(row["name"])))):
            entry.add_ref(ref)
    # A hand-written place that is no city may be a division of another country.
    for row in read_csv(folder / "dr5hn-states.csv"):
        entry = places.by_name.get((row["country_code"], fold(row["name"])))
        if entry and not entry.refs:
            entry.add_ref(row["wikiDataId"])


def settle(countries_found, places):
    """Takes doubtful forms from machine rows; returns what two hand-written rows claim."""
    owners = defaultdict(list)
    for entry in [*countries_found, *places]:
        for form in dict.fromkeys(entry.forms()):
            if not form.endswith("?"):
                owners[form].append(entry)
    clashes = []
    for form, claimants in sorted(owners.items()):
        by_hand = [entry for entry in claimants if entry.hand]
        if len(by_hand) > 1:
            names = " and ".join(f"{entry.name} ({entry.country})" for entry in by_hand)
            clashes.append(f"`{form}` belongs to {names}")
        if len(claimants) > 1:
            for entry in claimants:
                if not entry.hand:
                    entry.doubt(form)
    return clashes


def identified(entries, taken):
    """Ids: the slug, with the country's code where the slug is taken already."""
    rows = []
    for entry in entries:
        ident = "place:" + slug(entry.name)
        if ident in taken:
            ident += "-" + (entry.country.lower() or "region")
        number, unnumbered = 2, ident
        while ident in taken:
            ident = f"{unnumbered}-{number}"
            number += 1
        taken.add(ident)
        rows.append((ident, entry))
    return sorted(rows, key=lambda row: row[0])


def faults(rows):
    """What must not be in the files, whoever wrote it."""
    owner, demonym_owner = {}, {}
    for ident, entry in rows:
        for form in [*entry.forms(), *entry.demonyms]:
            han = "".join(HAN.findall(form))
            try:
                "".join(c for c in han if c not in SIMPLIFIED_BEYOND_GB2312).encode("gb2312")
            except UnicodeEncodeError:
                yield f"{ident}: `{form}` is not Simplified"
            if form != form.strip() or "??" in form or not form.rstrip("?"):
                yield f"{ident}: `{form}` is malformed"
        for forms, owners in [(entry.forms(), owner), (entry.demonyms, demonym_owner)]:
            for form in forms:
                if not form.endswith("?") and owners.setdefault(form, ident) != ident:
                    yield f"{ident}: `{form}` belongs to {owners[form]}"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    data = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent.parent
    extra = list(read_extra(Path(__file__).parent / "places-extra.tsv"))
    known = countries(data, extra)
    places = Places()
    for row in extra:
        if row["type"] != "country":
            places.add_hand(row)
    machine_places(data, known, places)
    clashes = settle(known.values(), places.entries)
    taken = set()
    country_rows = identified(known.values(), taken)
    place_rows = identified(places.entries, taken)
    clashes += faults(country_rows + place_rows)
    if clashes:
        sys.exit("\n".join(clashes))
    for name, rows in [("countries.tsv", country_rows), ("places.tsv", place_rows)]:
        text = HEADER + "".join(entry.line(ident) for ident, entry in rows)
        (out / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {len(rows)} rows, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
