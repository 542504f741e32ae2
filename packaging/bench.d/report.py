"""Collects samples; prints a table and writes JSON."""
import json
import statistics


class Report:
    def __init__(self, about):
        self.about = about
        self.rows = []
        self.notes = []

    def add(self, figure, unit, samples, control=None, control_name=None, goal=None, limit=None):
        """`goal`: the ratio to the control that is aimed at; `limit`: the value that is aimed at."""
        row = {"figure": figure, "unit": unit, "n": len(samples), "median": statistics.median(samples),
               "min": min(samples), "max": max(samples), "samples": samples, "goal_ratio": goal, "goal": limit}
        if control is not None:
            row["control"] = {"name": control_name, "n": len(control), "median": statistics.median(control),
                              "min": min(control), "max": max(control), "samples": control}
            middle = row["control"]["median"]
            row["ratio"] = row["median"] / middle if middle else None
        self.rows.append(row)
        print(_line(row), flush=True)

    def note(self, text):
        self.notes.append(text)
        print(f"note: {text}", flush=True)

    def header(self):
        print(", ".join(f"{key} {value}" for key, value in self.about.items()))
        print(f"{'figure':36} {'unit':11} {'median':>8} {'min..max':>17} {'n':>4}  {'ratio':>6} {'goal':>8}  control")

    def write(self, path):
        with open(path, "w") as file:
            json.dump({"about": self.about, "figures": self.rows, "notes": self.notes}, file, indent=1)
            file.write("\n")


def _line(row):
    spread = f"{row['min']:.1f}..{row['max']:.1f}"
    ratio = f"{row['ratio']:.2f}" if row.get("ratio") is not None else ""
    goal = f"≤ {row['goal_ratio']:.2f}x" if row["goal_ratio"] else f"≤ {row['goal']:g}" if row["goal"] else ""
    control = ""
    if "control" in row:
        beside = row["control"]
        control = f"{beside['name']}: {beside['median']:.1f} ({beside['min']:.1f}..{beside['max']:.1f})"
    return f"{row['figure']:36} {row['unit']:11} {row['median']:8.1f} {spread:>17} {row['n']:4}  {ratio:>6} {goal:>8}  {control}".rstrip()
