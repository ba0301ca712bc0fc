"""Asks Cedar, through the Python package cedarpy, what `sharectl bench decide --export DIR` asked our judge.

    python3 scripts/bench-cedar.py DIR [--format json]

Each flow becomes a Cedar policy: the parties at its ends, purpose, items, roles, age, an open referral, and the consent that it needs. Agencies and the
tree of items are entities. What is known of the person is in each request's context: age, open referral, and of each consent that holds today the
combinations of kind, purpose, item, recipient and holder that it names. That a consent covers what is asked is Cedar's to find.

What Cedar is not asked, because its language has no words for it:
- which consents hold today (their dates, withdrawal, whether the giver is entitled at the person's age): reckoned here, before the clock starts;
- persons with refusals, exceptions to consents, court orders, shields, deaths, assessments: left out and counted;
- why not, whom to ask, what would be nearest, withheld or referred, obligations: Cedar says allow or deny. A question is compared item by item.
"""

import json
import statistics
import sys
import time
from datetime import date
from pathlib import Path

import cedarpy

CONSENT_STATE = {"required": True, "required-unless-risk": True, "not-required": False}


def entity(kind, name):
    return {"type": kind, "id": name}


def literals(kind, names):
    return "[" + ", ".join(f'{kind}::"{name}"' for name in names) + "]"


def policy(flow):
    """A flow as a Cedar policy."""
    conditions = [
        f'[{", ".join(json.dumps(name) for name in flow["from"])}].contains(context.holder)',
        f'{literals("Agency", flow["to"])}.contains(principal)',
        f'resource in {literals("Item", flow["items"])}',
    ]
    if flow.get("roles"):
        conditions.append(f'{json.dumps(flow["roles"])}.contains(context.role)')
    if flow.get("maxAge") is not None:
        conditions.append(f'context has age && context.age < {flow["maxAge"]}')
    if flow["openReferral"]:
        conditions.append("context.isReferralOpen")
    if flow["confidentiality"] == "consent":
        conditions.append("context.consents.containsAny(context.confidentiality)")
    elif CONSENT_STATE[flow["consent"]]:
        conditions.append("context.consents.containsAny(context.engagement)")
    return (
        f'@id({json.dumps(flow["reference"])})\npermit(principal, action == Action::"{flow["purpose"]}", resource)\n'
        "when { " + " && ".join(conditions) + " };"
    )


# A safeguarding referral to a body with the duty passes whole.
SHARE_FIRST = """@id("share-first")
permit(principal, action == Action::"safeguarding-children", resource)
when { context.isReferral && [Kind::"council", Kind::"police"].containsAny([principal.kind]) };"""


def age(born, on):
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def holds(consent, born, today):
    """Whether a consent holds today, by its dates and its giver (DOMAIN 5.5)."""
    given = date.fromisoformat(consent["from"])
    if consent["withdrawn"] or given > today:
        return False
    if consent.get("until") and date.fromisoformat(consent["until"]) < today:
        return False
    if born is None:
        return True
    if consent["giver"] == "self":
        return age(born, given) >= 16
    return age(born, today) < 18 and not (age(born, given) < 16 <= age(born, today))


def ways_up(item):
    parts = item.split(".")
    return ["*"] + [".".join(parts[: length + 1]) for length in range(len(parts))]


def named(consent):
    """What a consent names, as texts that a request can be held against."""
    return [
        "/".join([consent["kind"], purpose, item, recipient, holder])
        for purpose in consent["purposes"]
        for item in consent["items"]
        for recipient in consent["recipients"]
        for holder in consent.get("holders") or ["*"]
    ]


def requests(question, agencies, today):
    """One Cedar request for each item."""
    born = date.fromisoformat(question["birth"]) if question["birth"] else None
    consents = sorted({name for consent in question["consents"] if holds(consent, born, today) for name in named(consent)})
    is_open = any({question["holder"], question["recipient"]} == set(pair) for pair in question["openReferrals"])
    for item in question["answer"]:

        def wanted(kind):
            return [
                "/".join([kind, question["purpose"], way, recipient, holder])
                for way in ways_up(item)
                for recipient in [question["recipient"], agencies[question["recipient"]], "*"]
                for holder in [question["holder"], "*"]
            ]

        context = {
            "holder": question["holder"],
            "role": question["role"],
            "isReferral": question["kind"] == "referral",
            "isReferralOpen": is_open or question["kind"] == "referral",
            "consents": consents,
            "engagement": wanted("engagement"),
            "confidentiality": wanted("confidentiality"),
        }
        if born:
            context["age"] = age(born, today)
        yield item, {
            "principal": entity("Agency", question["recipient"]),
            "action": entity("Action", question["purpose"]),
            "resource": entity("Item", item),
            "context": context,
        }


def entities(agencies, items):
    known = [
        {"uid": entity("Agency", name), "attrs": {"kind": {"__entity": entity("Kind", kind)}}, "parents": []}
        for name, kind in agencies.items()
    ]
    for item in sorted({way for item in items for way in ways_up(item)} - {"*"}):
        parents = [entity("Item", item.rsplit(".", 1)[0])] if "." in item else []
        known.append({"uid": entity("Item", item), "attrs": {}, "parents": parents})
    return known


def percentiles(seconds):
    """In microseconds, by the nearest rank."""
    ordered = sorted(seconds)
    return statistics.median_low(ordered) * 1e6, ordered[max(0, -(-99 * len(ordered) // 100) - 1)] * 1e6


def told(name, seconds):
    p50, p99 = percentiles(seconds)
    print(f"{name:38} p50 {p50:.0f} us, p99 {p99:.0f} us  ({len(seconds)} measured)")


def main(folder, is_json):
    world = json.loads((folder / "policy.json").read_text())
    lines = [json.loads(line) for line in (folder / "questions.jsonl").read_text().splitlines()]
    today = date.fromisoformat(world["clock"][:10])
    asked = [q for q in lines if not q["otherFacts"] and not any(c["hasExceptions"] for c in q["consents"])]
    text = "\n\n".join([policy(flow) for flow in world["flows"]] + [SHARE_FIRST])
    known = entities(world["agencies"], {item for q in lines for item in q["answer"]})
    policies, graph = cedarpy.PolicySet.from_str(text), cedarpy.Entities.from_json_str(json.dumps(known))
    prepared = [(q, list(requests(q, world["agencies"], today))) for q in asked]
    if not is_json:
        print(f"Cedar: {len(world['flows']) + 1} policies, {len(known)} entities; {len(asked)} of {len(lines)} questions can be put to it")

    same, differing, by_item, by_question = 0, [], [], []
    for number, (question, parts) in enumerate(prepared):
        start = time.perf_counter()
        results = cedarpy.is_authorized_batch([request for _, request in parts], policies, graph)
        by_question.append(time.perf_counter() - start)
        for (item, request), result in zip(parts, results):
            start = time.perf_counter()
            single = cedarpy.is_authorized(request, policies, graph)
            by_item.append(time.perf_counter() - start)
            if single.allowed == result.allowed == (question["answer"][item] == "permitted"):
                same += 1
            else:
                differing.append((number, item))
    unparsed = []
    for _, parts in prepared[:20]:
        start = time.perf_counter()
        cedarpy.is_authorized(parts[0][1], text, known)
        unparsed.append(time.perf_counter() - start)

    if is_json:
        p50, p99 = percentiles(by_question)
        print(json.dumps({"p50": p50, "p99": p99, "questions": len(by_question), "same": same, "differing": len(differing)}))
        return 1 if differing else 0
    told("a question, all its items at once", by_question)
    told("one item", by_item)
    told("one item, policies parsed each time", unparsed)
    print(f"answers: {same} items the same as ours, {len(differing)} not")
    for number, item in differing[:5]:
        print(f"  question {number}, {item}: ours {asked[number]['answer'][item]}")
    return 1 if differing else 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[2:] not in ([], ["--format", "json"]):
        sys.exit("usage: bench-cedar.py DIR [--format json]; DIR is a folder written by `sharectl bench decide --export DIR`")
    sys.exit(main(Path(sys.argv[1]), len(sys.argv) > 2))
