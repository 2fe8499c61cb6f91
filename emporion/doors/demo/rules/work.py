"""A working day of one rep of the made-up company: whom they speak to, and what comes of it. Pure."""

from heapq import heappop, heappush

from emporion.doors.demo.rules import contacts, deals
from emporion.doors.demo.rules.calendar import workday_from
from emporion.doors.demo.rules.contacts import agree_next_step, write_contact
from emporion.doors.demo.rules.customers import MEDIUM, NEVER, Customer
from emporion.doors.demo.rules.deals import DECIDING, HANDED_OVER, NEW, Deal
from emporion.doors.demo.rules.documents import Desk
from emporion.doors.demo.rules.people import CLOSER, FARMER, HUNTER, People, Person
from emporion.doors.demo.rules.stories import Stories
from emporion.doors.demo.rules.tables import day_text
from emporion.doors.demo.rules.words import words

CADENCE = (18, 40, 70)  # days between contacts with a customer, by size
PROSPECT_CADENCE = (30, 61)
LONGEST_DROUGHT = 60  # days without a deal won, after which a closer's luck turns


class Work:
    """What all reps do, day after day. `on_win` is told of a customer won."""

    def __init__(
        self, desk: Desk, people: People, customers: list[Customer], stories: Stories, language: str
    ) -> None:
        self.desk, self.people, self.customers, self.stories = desk, people, customers, stories
        self.language = language
        self.titles: list[str] = words(language)["tasks"]
        self.deals: dict[int, Deal] = {}
        self.first_orders: list[tuple[int, Deal]] = []

    def plan(self, customer: Customer, day: int) -> None:
        """Their owner is to speak to them from that day on, and not before."""
        customer.touch = day
        owner = customer.owner
        heappush(owner.urgent if customer.dealing else owner.agenda, (day, customer.number))

    def give(self, customer: Customer, person: Person, day: int) -> None:
        """The customer is that person's from that day on."""
        before = customer.owner
        if before is person:
            return
        before.owns.discard(customer.number)
        person.owns.add(customer.number)
        if customer.orders:
            before.served -= 1
            person.served += 1
        customer.owner = person
        self.desk.write("customer_owners", (customer.code, day_text(day), person.code))
        self.plan(customer, max(customer.touch if customer.touch < NEVER else day, day) + 1)

    def day_of(self, person: Person, day: int) -> None:
        """One day of a rep."""
        draw = self.desk.draw
        saturated = person is self.stories.saturated and day >= self.stories.saturated_from
        wanted = person.pace + draw.randrange(-2, 3)
        if saturated:
            self._answer(person, day, 5 + draw.randrange(4))
            wanted = draw.randrange(2)
        elif self._is_busy(person, day):
            wanted += 4
        for _ in range(wanted):
            customer = self._next(person, day)
            if customer is None:
                break
            self._contact(person, customer, day)
            if not saturated and draw.random() < 0.22:
                self._answer(person, day, 1)

    def _is_busy(self, person: Person, day: int) -> bool:
        return person is self.stories.busy and day >= self.stories.busy_from

    def _next(self, person: Person, day: int) -> Customer | None:
        """Whom it is time to speak to; entries of the agenda that hold no more are dropped."""
        for waiting in (person.urgent, person.agenda):
            while waiting and waiting[0][0] <= day:
                planned, number = heappop(waiting)
                customer = self.customers[number]
                if (
                    customer.owner is person
                    and customer.touch == planned
                    and not self._is_untouched(customer, day)
                ):
                    return customer
        return None

    def _is_untouched(self, customer: Customer, day: int) -> bool:
        return customer.region == self.stories.untouched_region and day >= self.stories.untouched_from

    def _answer(self, person: Person, day: int, count: int) -> None:
        """Customers call by themselves."""
        known = [n for n in sorted(person.owns) if self.customers[n].orders] if count > 1 else []
        for _ in range(count):
            if known:
                number = self.desk.draw.choice(known)
            elif person.owns:
                number = self._someone(person)
            else:
                return
            customer = self.customers[number]
            if customer.orders:
                write_contact(self.desk, person, customer, day, contacts.CALLED_US)
                if self.desk.draw.random() < 0.25:
                    agree_next_step(self.desk, person, customer, day, self.titles)

    def _someone(self, person: Person) -> int:
        """One of theirs: whoever comes next on the agenda, at random."""
        if not person.agenda:
            return min(person.owns)
        _, number = person.agenda[self.desk.draw.randrange(len(person.agenda))]
        return number if number in person.owns else min(person.owns)

    # A contact and what comes of it

    def _contact(self, person: Person, customer: Customer, day: int) -> None:
        deal = self.deals.get(customer.number)
        if deal is not None:
            self._on_deal(person, customer, deal, day)
        elif customer.orders:
            self._on_customer(person, customer, day)
        else:
            self._on_prospect(person, customer, day)

    def _on_prospect(self, person: Person, customer: Customer, day: int) -> None:
        draw = self.desk.draw
        busy = self._is_busy(person, day)
        write_contact(self.desk, person, customer, day, contacts.TO_PROSPECT)
        would = not busy and customer.ready <= day and draw.random() < 0.5
        if would and (seller := self._closer_for(customer, day)):
            deal = deals.open_deal(self.desk, customer, customer.hunter.standing(), seller, day)
            self.deals[customer.number] = deal
            seller.open_deals += 1
            self._follow_up(deal, day)
            return
        if draw.random() < (0.02 if busy else 0.58):
            self.plan(customer, agree_next_step(self.desk, person, customer, day, self.titles))
        else:
            self.plan(customer, day + (draw.randrange(8, 20) if busy else draw.randrange(*PROSPECT_CADENCE)))

    def _on_customer(self, person: Person, customer: Customer, day: int) -> None:
        draw = self.desk.draw
        write_contact(self.desk, person, customer, day, contacts.TO_CUSTOMER)
        if person.role == FARMER and draw.random() < 0.03 and customer.quits > day:
            deal = deals.open_deal(self.desk, customer, None, person, day)
            self.deals[customer.number] = deal
            person.open_deals += 1
            self._follow_up(deal, day)
        elif draw.random() < 0.45:
            self.plan(customer, agree_next_step(self.desk, person, customer, day, self.titles))
        else:
            self.plan(customer, day + CADENCE[customer.size] + draw.randrange(8))

    def _closer_for(self, customer: Customer, day: int) -> Person | None:
        """The closer of the team whose turn it is; whoever lives off old customers takes no new ones."""
        free = [
            one
            for one in self.people.of(CLOSER, customer.team)
            if one.works(day) and not self._sells_no_more(one, day)
        ]
        return min(free, key=lambda one: (one.open_deals, one.last_win, one.number)) if free else None

    def _sells_no_more(self, person: Person, day: int) -> bool:
        return person is self.stories.lives_off_old and day >= self.stories.old_from

    def _follow_up(self, deal: Deal, day: int) -> None:
        """Most deals get a next step, which is done when they speak again; those without stand out."""
        draw, agreed = self.desk.draw, self.desk.draw.random() < 0.85
        due = workday_from(day + draw.randrange(3, 12))
        deal.step = (day, due, draw.choice(self.titles)) if agreed else None
        self.plan(deal.customer, due)

    def write_step(self, deal: Deal, done: int) -> None:
        """The step that was agreed, done on that day; open when the day lies beyond the last."""
        if deal.step is None:
            return
        since, until, title = deal.step
        who = (deal.customer.owner, deal.customer)
        contacts.write_task(self.desk, who, (since, until), title, deal=deal.code, done=done)
        deal.step = None

    def _on_deal(self, person: Person, customer: Customer, deal: Deal, day: int) -> None:
        draw = self.desk.draw
        self.write_step(deal, day)
        if person.role == HUNTER and self._is_busy(person, day):
            self._end(deal, day, won=False)
            write_contact(self.desk, person, customer, day, contacts.TO_PROSPECT)
            self.plan(customer, day + draw.randrange(8, 20))
            return
        write_contact(self.desk, person, customer, day, contacts.IN_DEAL, deal=deal.code)
        if self._sells_no_more(deal.seller, day) or draw.random() < 0.03:
            self._end(deal, day, won=False)
        elif deal.stage == DECIDING[deal.pipeline]:
            self._decide(deal, day)
        else:
            if draw.random() < 0.6:
                deals.advance(self.desk, deal, day)
                if deal.pipeline == NEW and deal.stage == HANDED_OVER:
                    self.give(customer, deal.seller.standing(), day)
            self._follow_up(deal, day)

    def _decide(self, deal: Deal, day: int) -> None:
        draw, seller = self.desk.draw, deal.seller
        drought = deal.pipeline == NEW and day - seller.last_win > LONGEST_DROUGHT
        self._end(deal, day, won=drought or draw.randrange(100) < seller.luck)

    def _end(self, deal: Deal, day: int, *, won: bool) -> None:
        customer = deal.customer
        deals.close(self.desk, deal, day, self.language, won=won)
        del self.deals[customer.number]
        deal.seller.open_deals -= 1
        if won and deal.pipeline == NEW:
            deal.seller.last_win = day
            self.first_orders.append((workday_from(day + self.desk.draw.randrange(4)), deal))
            customer.ready = NEVER
        elif won:
            customer.volume = customer.volume * 112 // 100
        elif deal.pipeline == NEW:
            customer.ready = day + 150
            self.give(customer, customer.hunter.standing(), day + 1)
        self.plan(customer, day + CADENCE[max(customer.size, MEDIUM)])
