"""The days of the made-up company, one after another: who orders, who works, who comes and goes. Pure."""

from collections import defaultdict
from collections.abc import Callable

from emporion.doors.demo.rules import contacts, deals
from emporion.doors.demo.rules.calendar import is_workday, workday_from
from emporion.doors.demo.rules.customers import LARGE, NEVER, SMALL, Customer, least_loaded
from emporion.doors.demo.rules.documents import Desk, write_opening, write_order
from emporion.doors.demo.rules.people import FARMER, People, Person
from emporion.doors.demo.rules.stories import Stories
from emporion.doors.demo.rules.tables import day_text, money_text
from emporion.doors.demo.rules.words import words
from emporion.doors.demo.rules.work import Work

Progress = Callable[[str, int, int], None]
SYSTEMATIC_ORDERS, SYSTEMATIC_DAYS = 3, 183
LEAVING = (4, 11, 15)  # percent of customers who stop buying in a year, by size
QUIET_END = 120  # days before the end in which no large customer stops: their silence would look like a story
JITTER = ((85, 121), (60, 161), (55, 181))  # percent of the gap from which each order's is drawn, by size


class Days:
    """The company while it is simulated."""

    def __init__(
        self, desk: Desk, people: People, customers: list[Customer], stories: Stories, language: str
    ) -> None:
        self.desk, self.people, self.customers, self.stories = desk, people, customers, stories
        self.language = language
        self.work = Work(desk, people, customers, stories, language)
        self.ordering: dict[int, list[Customer]] = defaultdict(list)
        self.arriving: dict[int, list[Customer]] = defaultdict(list)
        self.won: dict[int, list[deals.Deal]] = defaultdict(list)
        self.paperwork: str = words(language)["paperwork"]
        for customer in customers:
            self._begin(customer)
        for person in people.reps:
            person.last_win = desk.first

    def run(self, progress: Progress) -> None:
        """From the first day to the last; deals still open are written at the end."""
        first, last = self.desk.first, self.desk.last
        leaving = {rep.left: rep for rep in self.people.reps if rep.left is not None}
        for day in range(first, last + 1):
            for customer in self.arriving.pop(day, ()):
                self.work.plan(customer, day + self.desk.draw.randrange(14))
            if day in leaving:
                self._leave(leaving[day], day)
            self._orders(day)
            if is_workday(day):
                self._work(day)
            progress("days", day - first + 1, last - first + 1)
        for deal in self.work.deals.values():
            self.work.write_step(deal, NEVER)
            deals.write_deal(self.desk, deal, self.language)

    # Customers

    def _begin(self, customer: Customer) -> None:
        """Where a customer stands on the first day; prospects who come later wait for their day."""
        draw, first = self.desk.draw, self.desk.first
        self.arriving[max(customer.since, first)].append(customer)
        if not customer.orders:
            return
        before = first - draw.randrange(1, customer.gap)
        write_opening(self.desk, customer, before)
        if customer.number == self.stories.fading or customer.owner is self.stories.lives_off_old:
            self._next_order(customer, before)
            return
        self._may_quit(customer, first)
        self._next_order(customer, before)

    def _may_quit(self, customer: Customer, day: int) -> None:
        """Some stop buying one day; of the large ones nobody in the last months."""
        draw = self.desk.draw
        while day < self.desk.last:
            if draw.randrange(100) < LEAVING[customer.size]:
                quits = day + draw.randrange(30, 365)
                if customer.size != LARGE or quits < self.desk.last - QUIET_END:
                    customer.quits = quits
                return
            day += 365

    def _next_order(self, customer: Customer, day: int) -> None:
        due = day + customer.gap * self.desk.draw.randrange(*JITTER[customer.size]) // 100
        due = workday_from(max(due, self.desk.first))
        if customer.number == self.stories.fading:
            stop = workday_from(self.desk.last - customer.gap * self.stories.fading_tenths // 10)
            if due > stop:
                if stop - day <= customer.gap * 6 // 10:
                    return
                due = stop
        if due >= customer.quits:
            self._leave_or_return(customer)
        elif due <= self.desk.last:
            self.ordering[due].append(customer)

    def _leave_or_return(self, customer: Customer) -> None:
        """A quarter of the medium and small ones who stopped come back long after."""
        draw = self.desk.draw
        quits, customer.quits = customer.quits, NEVER
        if customer.size == LARGE or draw.random() >= 0.25:
            return
        back = workday_from(quits + customer.gap * draw.randrange(40, 60) // 10)
        if back <= self.desk.last:
            self.ordering[back].append(customer)

    def _orders(self, day: int) -> None:
        for deal in self.won.pop(day, ()):
            self._first_order(deal, day)
        for customer in self.ordering.pop(day, ()):
            write_order(self.desk, customer, day, customer.owner)
            self._ordered(customer, day)

    def _first_order(self, deal: deals.Deal, day: int) -> None:
        customer, desk = deal.customer, self.desk
        seller = deal.seller.standing()
        hunter = (deal.hunter or seller).standing()
        write_order(desk, customer, day, seller, hunter=hunter, deal=deal.code)
        customer.owner.served += 1
        if customer.size != SMALL:
            row = (
                desk.number("C"),
                customer.code,
                deal.code,
                seller.code,
                day_text(day),
                day_text(day + 365),
            )
            desk.write("contracts", (*row, money_text(deal.value * 100)))
        self._ordered(customer, day)
        self._may_quit(customer, day + 150)

    def _ordered(self, customer: Customer, day: int) -> None:
        customer.orders += 1
        customer.recent = [*customer.recent[-2:], day]
        owner = customer.owner
        if customer.size == LARGE and self.desk.draw.random() < 0.3:
            self._paperwork(customer, day)
        self._next_order(customer, day)
        recent = customer.recent
        often = len(recent) == SYSTEMATIC_ORDERS and day - recent[0] <= SYSTEMATIC_DAYS
        # The fault of the one who lives off old customers is that they keep them.
        if often and not customer.systematic and owner is not self.stories.lives_off_old:
            customer.systematic = True
            staying = [one for one in self.people.of(FARMER, customer.team) if one.works(day)]
            if owner.role != FARMER and staying:
                self.work.give(customer, least_loaded(staying), day + 1)

    # People

    def _work(self, day: int) -> None:
        for person in self.people.reps:
            if person.works(day):
                self.work.day_of(person, day)
        for ready, deal in self.work.first_orders:
            self.won[max(ready, day + 1)].append(deal)
        self.work.first_orders.clear()
        for head in self.people.heads:
            if self.desk.draw.random() < 0.2:
                self._join(head, day)

    def _join(self, head: Person, day: int) -> None:
        """The head joins a meeting with a customer of their team who orders today or soon."""
        mine = [one for one in self.ordering.get(workday_from(day + 1), ()) if one.team == head.team]
        if mine:
            write = contacts.write_contact
            write(self.desk, head, mine[0], day, (contacts.Sort("meeting", "existing"),))

    def _paperwork(self, customer: Customer, day: int) -> None:
        """An assistant writes to the customer about the order, and prepares its papers."""
        assistants = self.people.assistants
        assistant = assistants[customer.number % len(assistants)]
        contacts.write_contact(self.desk, assistant, customer, day, (contacts.Sort("message"),))
        days = (day, workday_from(day + 2))
        contacts.write_task(self.desk, (assistant, customer), days, self.paperwork, next_step=False)

    def _leave(self, person: Person, day: int) -> None:
        """All they had goes to whoever comes in their place."""
        heir = person.standing()
        for number in sorted(person.owns):
            self.work.give(self.customers[number], heir, day)
        for deal in self.work.deals.values():
            if deal.seller is person:
                deal.seller = heir
        heir.open_deals, person.open_deals = person.open_deals, 0
        heir.last_win = day
