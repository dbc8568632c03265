"""TAP lines: one per check, non-zero exit when one of them fails."""


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, passed, text, *details):
        """details are printed below a failed check only."""
        self.count += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.count} - {text}", flush=True)
        if not passed:
            for detail in details:
                self.note(detail)
        return passed

    def equal(self, got, expected, text, *details):
        figures = (f"got      {got}", f"expected {expected}")
        return self.check(got == expected, text, *figures, *details)

    def note(self, text):
        print(f"# {text}", flush=True)

    def end(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.failed else 0
