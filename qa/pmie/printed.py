"""What pmie and another engine print, cut into records and compared."""
import re


class Difference:
    def __init__(self, statement, kind, pmie, engine):
        self.statement, self.kind = statement, kind
        self.pmie, self.engine = pmie, engine


RECORD = re.compile(r"(\S+(?: \S+)?) \((\w{3} \w{3} [ \d]\d [\d:]{8} \d{4})\): ?(.*)")
ACTION = re.compile(
    r"(\w+) (\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}): ?(?:echo )?((\S*).*)")
NOTHING = {"?", "unknown"}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?$")


def records(lines):
    """Cut into ((statement, time), text): values of rules, actions, the rest."""
    out = []
    for line in lines:
        value, action = RECORD.match(line), ACTION.match(line)
        if value:
            out.append([(value[1], value[2]), value[3]])
        elif action:
            out.append([(action[4], action[2] + " " + action[1]), action[3]])
        elif line.startswith("    ") and out:
            # Values by host and instance.
            out[-1][1] += "\n" + line
        else:
            out.append([("", line), ""])
    return out


def spacing(text):
    """Of one printed number: the value of its last digit.

    0 for a whole number below 50: others have digits after the point there.
    """
    mantissa, _, exponent = text.partition("e")
    decimals = len(mantissa.partition(".")[2])
    if not decimals and not exponent and abs(float(text)) < 50:
        return 0
    return 10.0 ** (int(exponent or 0) - decimals)


def same_number(one, other):
    """The same but for the rounding of what was computed in another order.

    Counts are exact; what is nearly zero is the rest of a subtraction.
    """
    if not (NUMBER.match(one) and NUMBER.match(other)):
        return False
    apart = abs(float(one) - float(other))
    if 0 < apart < 1e-5:
        return True
    return apart <= 1.01 * max(spacing(one), spacing(other))


class Comparison:
    def __init__(self):
        self.lines = self.rounded = self.numbers = 0
        self.differences = []

    def add(self, statement, kind, pmie="", engine=""):
        self.differences.append(Difference(statement, kind, pmie, engine))

    def values(self, key, one, other):
        self.lines += 1 + one.count("\n")
        if one == other:
            self.numbers += len(one.split())
            return
        if "ADDRESS" in one and re.fullmatch(
                re.escape(one).replace("ADDRESS", r'"[^\n]*"'), other):
            self.add(key[0], "address", one, other)
            return
        ones, others = re.split(r"(\s+|=)", one), re.split(r"(\s+|=)", other)
        rounded = 0
        if len(ones) == len(others):
            for a, b in zip(ones, others):
                if a != b:
                    if not same_number(a, b):
                        break
                    rounded += 1
            else:
                self.rounded += rounded
                self.numbers += len(ones)
                return
        self.add(key[0], kind_of(ones, others), f"({key[1]}) {one}",
                 f"({key[1]}) {other}")


def kind_of(ones, others):
    """known: the engine has a value where pmie has none; lost: the reverse."""
    if len(ones) == len(others):
        kinds = set()
        for one, other in zip(ones, others):
            if one == other or same_number(one, other):
                continue
            if (one in NOTHING) == (other in NOTHING):
                return "value"
            kinds.add("known" if one in NOTHING else "lost")
        return kinds.pop() if len(kinds) == 1 else "value"
    if NOTHING >= {word for word in ones if word.strip()}:
        return "known"
    if NOTHING >= {word for word in others if word.strip()}:
        return "lost"
    return "shape"


def by_key(parts):
    out = {}
    for key, text in parts:
        out.setdefault(key, []).append(text)
    return out


def compare(pmie, engine):
    """Two (status, lines)."""
    out = Comparison()
    if pmie[0] != engine[0]:
        out.add("status", "status", pmie[0], engine[0])
    ones, others = by_key(records(pmie[1])), by_key(records(engine[1]))
    for key, texts in ones.items():
        there = others.get(key, [])
        for one, other in zip(texts, there):
            out.values(key, one, other)
        for text in texts[len(there):]:
            out.add(key[0], "missing", f"({key[1]}) {text}")
    for key, texts in others.items():
        for text in texts[len(ones.get(key, [])):]:
            out.add(key[0], "added", "", f"({key[1]}) {text}")
    same = {key for key in ones if len(ones[key]) == len(others.get(key, []))}
    for one, other in zip(*([key for key, _ in records(result[1]) if key in same]
                            for result in (pmie, engine))):
        if one != other:
            out.add(one[0], "order", f"({one[1]})", f"{other[0]} ({other[1]})")
            break
    if out.rounded > 2 + out.numbers // 1000:
        out.add("rounding", "value", f"{out.rounded} of {out.numbers} numbers "
                "differ in the last digit")
    return out
