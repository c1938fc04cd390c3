"""The optimiser of the duty roster: it knows people, shifts, demand and rules, and nothing else of the project.

In: a `Problem` of frozen data (people with their history, wishes and limits; shifts; demand; rules, each hard or soft
with a weight; frozen and published cells). Out: a `Roster`, `Verdict`, `Difference`: data as well, rule codes with
figures, never words for people.

    solve(problem)                                 a roster, always; gaps and broken hard rules are listed in it
    evaluate(problem, assignments)                 every violation and what it costs: the one source of truth
    check_edit(problem, assignments, person, day, shift)   what one edit breaks, mends and costs
    change(problem, assignments, cells)            the same for several cells at once
    alternatives(problem, assignments, person, day)        why me: who else could, and what excludes the others
    swap(problem, assignments, cell, cell)         what an exchange breaks, mends and costs
    stand_ins(problem, assignments, day, shift, without=person)    ranked, with reasons; who is excluded by which rule
    collisions(problem)                            what hard rules and demand contradict, and the smallest set to relax
    fairness(problem, assignments)                 hours, late, weekend and holiday shifts, wishes, beside what is fair

How a roster is found (`solve`). A column is one lawful month of one person with all it costs. For given prices of
cells the cheapest column comes from a dynamic program over the days (`pricing`, `layers`): the state is the last shift,
the days worked or off in a row (`automaton`), what the calendar week holds so far (`paths`) and the counts kept
(`axes`), as arrays of NumPy; nothing cheaper is thrown away. Minutes and late shifts are counted as numbers of shifts
(`kinds`), exactly where good rosters are and along a straight line beyond. Counts too long even so are rows of the
linear program instead; for those the bound is weaker than the roster is good.

The linear program (`master`, HiGHS) mixes columns so that the post is covered at least cost; its prices ask for new
columns until the mixture meets its bound. What is left undone at the post has a low price at first, which is raised
where it is paid. Where months have soft sums that everybody's states hold, whole months seldom fit together: a first
draft is mended by filling some days of everybody anew, exactly (`weeks`, `walk`); then two and two people trade days
by the thousand, worse at first and colder and colder (`trades`); while the post lacks somebody, months are made to
agree at the prices of the bound (`agree`). Otherwise a dive fixes month after month, with new columns in between; each
person's month is improved beside the others'; neighbourhoods free some people, or everybody for some days, and dive
again (`neighbours`). Once the bound is near, splitting on headcounts and cells raises it until it meets the roster
(`branching`).

Costs that hang on several people are only those of the post (cover, skills, company): what is fair for a person is
reckoned from demand and from what was carried over before anything is solved (`targets`).

The same problem, seed and effort give the same roster: work is counted in array steps and simplex iterations, and the
clock only caps it. What no month can keep is priced (`Pricer.elastic`), so that a roster always comes.
"""

from duty.roster.collisions import Collisions, Gap, collisions
from duty.roster.exchange import Alternative, StandIn, StandIns, alternatives, stand_ins, swap
from duty.roster.fairness import Fairness, Share, Tally, fairness
from duty.roster.model import Violation
from duty.roster.office import OFFICE_RULES
from duty.roster.problem import (
    Assignments,
    Cell,
    Code,
    Company,
    Demand,
    Key,
    Person,
    Problem,
    Rule,
    Shift,
    SkillDemand,
    Wish,
)
from duty.roster.solve import Progress, Roster, solve
from duty.roster.verdict import Difference, Verdict, change, check_edit, evaluate

__all__ = [
    "OFFICE_RULES", "Alternative", "Assignments", "Cell", "Code", "Collisions", "Company", "Demand", "Difference",
    "Fairness", "Gap", "Key", "Person", "Problem", "Progress", "Roster", "Rule", "Share", "Shift", "SkillDemand",
    "StandIn", "StandIns", "Tally", "Verdict", "Violation", "Wish", "alternatives", "change", "check_edit",
    "collisions", "evaluate", "fairness", "solve", "stand_ins", "swap",
]  # fmt: skip
