#!/usr/bin/env python3
"""Checks the corpora: shapes, passages found, appointments possible, utterances distinct.

Needs python-docx and poppler-utils. Prints what is wrong and exits 1.
"""
import html, json, re, subprocess, sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
BUSINESSES = ["salon", "dental", "medspa", "law", "estate"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
STATES = {"IDLE", "COLLECTING", "CONFIRMING", "PAYMENT_PENDING", "RESCHEDULE_COLLECTING",
          "RESCHEDULE_CONFIRM", "CANCEL_CONFIRM"}
INTENTS = set("""booking_request booking_modify booking_confirm booking_cancel booking_reschedule
 booking_status faq_hours faq_address faq_services faq_pricing faq_policy talk_to_human greeting
 thanks complaint payment inquiry fallback""".split())
faults = []


def fault(where, what):
    faults.append(f"{where}: {what}")


def squeezed(text):
    """Letters and digits only: how a table or a line was set does not matter."""
    return re.sub(r"[\W_]+", "", text.lower())


def text_of(path):
    if path.suffix == ".pdf":
        run = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
        laid = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True)
        return run.stdout + "\n" + laid.stdout
    if path.suffix == ".docx":
        import docx
        doc = docx.Document(path)
        cells = [c.text for t in doc.tables for r in t.rows for c in r.cells]
        return "\n".join([p.text for p in doc.paragraphs] + cells)
    raw = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        raw = re.sub(r"<(script|style).*?</\1>", " ", raw, flags=re.S)
        raw = html.unescape(re.sub(r"<[^>]+>", " ", raw))
    return raw


def lines(path):
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield n, json.loads(line)
        except ValueError as error:
            fault(f"{path.relative_to(HERE)}:{n}", error)


def check_business(name, b):
    where = f"{name}/business.json"
    for key in """name slug vertical phone address time_zone currency assistant_name greeting
            same_day_cutoff minimum_notice_minutes horizon_days hours closures services staff""".split():
        if key not in b:
            fault(where, f"no {key}")
    ZoneInfo(b["time_zone"])
    if not re.fullmatch(r"\+[1-9]\d{7,14}", b["phone"]):
        fault(where, "phone is not E.164")
    if not 6 <= len(b["services"]) <= 10 or not 3 <= len(b["staff"]) <= 5:
        fault(where, "count of services or staff")
    staff = {s["key"] for s in b["staff"]}
    names = [n.lower() for s in b["services"] for n in [s["name"], *s["aliases"]]]
    for twice in {n for n in names if names.count(n) > 1}:
        fault(where, f"two services are called {twice}")
    for s in b["services"]:
        for key in """key name aliases description duration_minutes buffer_before_minutes
                buffer_after_minutes price_min_minor price_max_minor preparation aftercare staff""".split():
            if key not in s:
                fault(where, f"service {s.get('key')} has no {key}")
        if not s["staff"] or not set(s["staff"]) <= staff:
            fault(where, f"staff of {s['key']}")
        if s["price_min_minor"] > s["price_max_minor"]:
            fault(where, f"price of {s['key']}")
    for holder in [b, *b["staff"]]:
        for p in holder["hours"]:
            if p["weekday"] not in DAYS or not p["open"] < p["close"]:
                fault(where, f"hours {p}")


def periods(holder, day):
    return [(p["open"], p["close"]) for p in holder["hours"] if p["weekday"] == DAYS[day.weekday()]]


def blocked(b, service, start):
    s = next(s for s in b["services"] if s["key"] == service)
    return (start - timedelta(minutes=s["buffer_before_minutes"]),
            start + timedelta(minutes=s["duration_minutes"] + s["buffer_after_minutes"]))


def fits(b, service, staff, start):
    """Why the appointment is impossible by the hours alone, or None."""
    s = next((s for s in b["services"] if s["key"] == service), None)
    if s is None:
        return f"no service {service}"
    if staff and staff not in s["staff"]:
        return f"{staff} does not do {service}"
    if start.date().isoformat() in b["closures"]:
        return "closed that day"
    low, high = (t.strftime("%H:%M") for t in blocked(b, service, start))
    if not any(o <= low and high <= c for o, c in periods(b, start)):
        return "outside the hours of the business"
    for person in b["staff"]:
        if person["key"] in ([staff] if staff else s["staff"]):
            if any(o <= low and high <= c for o, c in periods(person, start)):
                return None
    return "outside the hours of the staff"


def check_conversations(path, b, least):
    rows = list(lines(path))
    if len(rows) < least:
        fault(path.relative_to(HERE), f"{len(rows)} conversations")
    if len({c["id"] for _, c in rows}) != len(rows):
        fault(path.relative_to(HERE), "an id twice")
    for n, c in rows:
        where = f"{path.relative_to(HERE)}:{n} {c['id']}"
        now = datetime.fromisoformat(c["now"])
        taken = []
        for e in c["setup"]:
            start = datetime.fromisoformat(e["start"])
            why = fits(b, e["service"], e["staff"], start)
            if why:
                fault(where, f"setup {e}: {why}")
            else:
                taken.append((e, *blocked(b, e["service"], start)))
        for i, (one, low, high) in enumerate(taken):
            for other, low2, high2 in taken[i + 1:]:
                if one["staff"] == other["staff"] and low < high2 and low2 < high:
                    fault(where, f"setup collides: {one} {other}")
        for e in c["expect_appointments"]:
            if e["status"] not in ("confirmed", "cancelled"):
                fault(where, f"status {e}")
            start = datetime.fromisoformat(e["start"])
            if "T" not in e["start"]:  # any time of that day will do
                continue
            why = fits(b, e["service"], e["staff"], start)
            if why:
                fault(where, f"{e}: {why}")
                continue
            if start < now or start > now + timedelta(days=b["horizon_days"]):
                fault(where, f"{e}: out of the horizon")
            others = [t for t in taken if "phone" in t[0] and t[0]["phone"] != c["contact"]["phone"]]
            low, high = blocked(b, e["service"], start)
            able = next(s for s in b["services"] if s["key"] == e["service"])["staff"]
            free = [k for k in ([e["staff"]] if e["staff"] else able)
                    if not fits(b, e["service"], k, start) and not any(
                        t[0]["staff"] == k and low < t[2] and t[1] < high for t in others)]
            if not free:
                fault(where, f"{e}: nobody is free")
        for t in c["turns"]:
            expect = t.get("expect", {})
            if expect.get("state", "IDLE") not in STATES:
                fault(where, f"state {expect}")
            if expect.get("intent", "fallback") not in INTENTS:
                fault(where, f"intent {expect}")
            if set(expect) - {"state", "intent", "contains", "not_contains"}:
                fault(where, f"unknown expectation {expect}")


def check_questions(path, texts, least):
    rows = [r for _, r in lines(path)]
    where = path.relative_to(HERE)
    if len(rows) < least:
        fault(where, f"{len(rows)} questions")
    if len({r["id"] for r in rows}) != len(rows) or len({r["question"] for r in rows}) != len(rows):
        fault(where, "an id or question twice")
    without = sum(not r["answerable"] for r in rows)
    if not 0.2 <= without / len(rows) <= 0.35:
        fault(where, f"{without} of {len(rows)} unanswerable")
    for r in rows:
        if not r["answerable"]:
            if r["document"] or r["passage"]:
                fault(where, f"{r['id']} names a passage")
        elif r["document"] not in texts:
            fault(where, f"{r['id']}: no document {r['document']}")
        elif squeezed(r["passage"]) not in texts[r["document"]]:
            fault(where, f"{r['id']}: not in {r['document']}: {r['passage']}")
    return rows


def check_utterances(path, least, least_strange):
    """Utterances kept for measuring: shape, enough of every intent, none (nearly) twice."""
    rows, seen = list(lines(path)), []
    where = path.relative_to(HERE)
    for n, r in rows:
        if set(r) - {"text", "intent", "business"} or not r.get("text", "").strip():
            fault(f"{where}:{n}", f"shape {r}")
            continue
        if r["text"] != r["text"].strip() or "\n" in r["text"]:
            fault(f"{where}:{n}", "space around the text, or more than one line")
        if r.get("intent") not in INTENTS:
            fault(f"{where}:{n}", f"intent {r.get('intent')}")
        if r.get("business", "salon") not in BUSINESSES:
            fault(f"{where}:{n}", f"business {r['business']}")
        words = set(re.findall(r"\w+", r["text"].lower()))
        for m, text, others in seen:
            shared = len(words & others) / (len(words | others) or 1)
            if r["text"].lower() == text.lower() or shared >= 0.6:
                fault(f"{where}:{n}", f"nearly the same as line {m}")
        seen.append((n, r["text"], words))
    for intent in sorted(INTENTS):
        count = sum(r.get("intent") == intent for _, r in rows)
        if count < (least_strange if intent == "fallback" else least):
            fault(where, f"only {count} of {intent}")
    print(f"{where}: {len(rows)} utterances")


def training():
    """The utterances that are learned from; they lie with the code, since they ship with it."""
    return next((HERE.parent / "Sources").glob("**/Utterances/utterances.jsonl"))


def check_training(path, kept):
    """Utterances to learn from: shape, enough of every intent, none twice, none of those kept."""
    rows, seen = list(lines(path)), {squeezed(r["text"]) or r["text"] for _, r in lines(kept)}
    where = path.relative_to(HERE.parent)
    # A greeting is short enough to be written twice by chance.
    seen = {text for text in seen if len(text) > 24}
    for n, r in rows:
        if set(r) != {"text", "intent"} or r["text"] != r["text"].strip() or not r["text"]:
            fault(f"{where}:{n}", f"shape {r}")
        if r["intent"] not in INTENTS:
            fault(f"{where}:{n}", f"intent {r['intent']}")
        text = squeezed(r["text"]) or r["text"]
        if text in seen:
            fault(f"{where}:{n}", "twice, or kept for measuring")
        seen.add(text)
    for intent in sorted(INTENTS):
        count = sum(r["intent"] == intent for _, r in rows)
        if count < 60:
            fault(where, f"only {count} of {intent}")
    print(f"{where}: {len(rows)} utterances")


def main():
    total = 0
    for name in [n for n in BUSINESSES if not sys.argv[1:] or n in sys.argv[1:]]:
        b = json.loads((HERE / name / "business.json").read_text(encoding="utf-8"))
        check_business(name, b)
        files = sorted((HERE / name / "documents").iterdir())
        total += sum(f.stat().st_size for f in files)
        if not 8 <= len(files) <= 12:
            fault(name, f"{len(files)} documents")
        for f in files:
            if f.stat().st_size > 300_000:
                fault(f.name, "over 300 kB")
        texts = {f.name: squeezed(text_of(f)) for f in files}
        dev = check_questions(HERE / name / "questions.jsonl", texts, 40)
        held = check_questions(HERE / "held/questions" / f"{name}.jsonl", texts, 40)
        both = {r["question"].lower() for r in dev} & {r["question"].lower() for r in held}
        if both:
            fault(name, f"in both sets: {both}")
        check_conversations(HERE / name / "conversations.jsonl", b, 10)
        check_conversations(HERE / name / "conversations-more.jsonl", b, 10)
        check_conversations(HERE / "held/conversations" / f"{name}.jsonl", b, 10)
        used = {r["document"] for r in dev + held}
        for unused in set(texts) - used:
            fault(name, f"no question about {unused}")
        print(f"{name}: {len(files)} documents, {len(dev)} + {len(held)} questions")
    check_utterances(HERE / "held/utterances.jsonl", 25, 120)
    check_utterances(HERE / "intents/dev.jsonl", 12, 30)
    check_training(training(), HERE / "intents/dev.jsonl")
    if total > 6_000_000:
        fault("documents", f"{total} bytes")
    print("\n".join(faults) or "all well")
    sys.exit(1 if faults else 0)


main()
