"""What other programs and people's own spreadsheets call our tables and columns, beside our own names and labels.

Written as they stand in exports (HubSpot, Salesforce, Pipedrive, Zoho, amoCRM, Bitrix24, 1C, Greek ERPs); case,
accents, blanks and the alphabet of a transliteration do not matter. By `table.column`, or by `column` wherever it
stands; names with commas between.
"""

TABLES: dict[str, str] = {
    "teams": "departments, отделы, τμήματα",
    "members": "employees, staff, users, salespeople, sales reps, managers, owners, team members, сотрудники, "
    "менеджеры, пользователи, персонал, продавцы, εργαζόμενοι, πωλητές, υπάλληλοι, χρήστες, προσωπικό",
    "territories": "regions, zones, sectors, регионы, зоны, ζώνες",
    "places": "assignments, positions, назначения, τοποθετήσεις",
    "absences": "vacations, holidays, leave, отпуска, больничные, άδειες",
    "categories": "product categories, product groups, группы товаров, номенклатурные группы, κατηγορίες ειδών",
    "products": "items, goods, articles, catalog, sku, номенклатура, каталог, είδη, αποθήκη",
    "costs": "expenses, spending, budget, затраты, издержки, δαπάνες, έξοδα",
    "product_costs": "purchase prices, себестоимость, закупочные цены, κόστος, τιμές αγοράς",
    "price_lists": "pricebooks, price books, прайсы",
    "product_prices": "prices, price book entries, цены, τιμές",
    "complements": "cross sell, upsell, related products, аналоги, σχετικά προϊόντα",
    "custom_fields": "custom properties, пользовательские поля, πεδία",
    "customers": "clients, companies, accounts, organizations, organisations, counterparties, buyers, customer list, "
    "покупатели, контрагенты, компании, организации, клиентская база, база клиентов, εταιρείες, "
    "πελατολόγιο",
    "customer_owners": "account owners, account assignments, ответственные",
    "contacts": "people, persons, contact persons, контактные лица, άτομα επικοινωνίας",
    "lead_sources": "sources, источники, πηγές",
    "pipelines": "funnels, sales pipelines",
    "stages": "deal stages, pipeline stages, этапы сделок, стадии, στάδια πωλήσεων",
    "deals": "opportunities, sales opportunities, deal list, leads, лиды, возможности, ευκαιρίες",
    "deal_stages": "stage history, opportunity history, история этапов, история стадий, ιστορικό σταδίων",
    "deal_values": "value history, amount history, история сумм",
    "contracts": "agreements, контракты, соглашения, συμβόλαια",
    "orders": "sales, sales orders, purchases, заказы клиентов, заказы покупателей, продажи, реализации, πωλήσεις",
    "order_lines": "order items, line items, order details, sales order details, positions of orders, позиции, позиции "
    "заказов, товары заказов, είδη παραγγελιών, αναλυτικά παραγγελιών",
    "invoices": "bills, счета на оплату, счета-фактуры, παραστατικά",
    "payments": "receipts, transactions, платежи, поступления, оплата, εισπράξεις",
    "returns": "refunds, credit notes, возвраты товаров, επιστροφές ειδών",
    "activities": "calls, meetings, events, call log, engagements, звонки, встречи, события, дела, κλήσεις, "
    "συναντήσεις",
    "tasks": "to do, todo, reminders, поручения, напоминания, υπενθυμίσεις",
    "targets": "quotas, plans, goals, sales plan, план продаж, цели, πλάνα, στοχοθεσία",
}

COLUMNS: dict[str, str] = {
    "code": "id, record id, external id, number, no, №, uuid, guid, key, ид, номер, ключ, идентификатор, код "
    "записи, αριθμός, αρ., α/α, id εγγραφής",
    "products.code": "sku, article, item code, article number, артикул, код товара, κωδικός είδους",
    "orders.code": "номер заказа, id заказа, код заказа, αριθμός παραγγελίας, κωδικός παραγγελίας",
    "deals.code": "номер сделки, id сделки, αριθμός συμφωνίας, κωδικός συμφωνίας",
    "customers.code": "код клиента, код контрагента, id клиента, κωδικός πελάτη, account id, client id, company id",
    "contracts.code": "номер договора, αριθμός σύμβασης",
    "invoices.code": "номер счета, αριθμός τιμολογίου",
    "payments.code": "номер платежа, αριθμός πληρωμής",
    "members.code": "employee id, personnel number, табельный номер, αριθμός μητρώου",
    "name": "title, наименование, τίτλος, ονομασία",
    "members.name": "name, user, employee, salesperson, sales rep, manager, фио, имя, сотрудник, менеджер, όνομα, "
    "εργαζόμενος, πωλητής",
    "customers.name": "company, company name, account, account name, organization, organisation, organization name, "
    "client, client name, customer, customer name, firm, buyer, клиент, контрагент, компания, "
    "организация, покупатель, название компании, фирма, имя клиента, πελάτης, επωνυμία, εταιρεία, "
    "επωνυμία πελάτη, διακριτικός τίτλος",
    "deals.name": "deal, deal title, deal name, opportunity, opportunity name, сделка, название сделки, тема, "
    "συμφωνία, ευκαιρία",
    "products.name": "product, product name, item, article name, товар, номенклатура, название товара, προϊόν, είδος, "
    "περιγραφή, περιγραφή είδους",
    "stages.name": "stage, stage name, этап, стадия, στάδιο",
    "parent": "parent id, parent company, parent team, родитель, головная компания, γονικό",
    "email": "email, mail, e-mail address, email address, электронная почта, почта, эл. адрес, email клиента, "
    "ηλεκτρονικό ταχυδρομείο, διεύθυνση email",
    "work_phone": "phone, telephone, business phone, телефон, τηλέφωνο",
    "phone": "telephone, tel, phone number, work phone, office phone, телефоны, тел, номер телефона, рабочий "
    "телефон, τηλ, σταθερό, τηλέφωνο επικοινωνίας",
    "mobile": "mobile phone, cell, cell phone, мобильный телефон, сотовый, κινητό τηλέφωνο",
    "hired_on": "hired, hire date, start date, принят, дата приема, дата приёма на работу, ημερομηνία πρόσληψης, "
    "πρόσληψη",
    "left_on": "left, leave date, termination date, end date, уволен, дата увольнения, ημερομηνία αποχώρησης, "
    "αποχώρηση",
    "commission_rate": "commission, commission percent, комиссия, процент, προμήθεια",
    "manager": "boss, supervisor, reports to, team lead, начальник, διευθυντής",
    "country": "country code, billing country, страна код, κράτος",
    "member": "owner, assigned to, user, employee, salesperson, sales rep, responsible, manager, ответственный, "
    "менеджер, исполнитель, υπεύθυνος, πωλητής",
    "owner": "company owner, account owner, contact owner, deal owner, opportunity owner, assigned to, assigned "
    "user, responsible, salesperson, sales rep, rep, manager, account manager, sales agent, менеджер, "
    "ответственный менеджер, ответственный за клиента, закреплён за, πωλητής, υπεύθυνος πελάτη, "
    "υπεύθυνος πωλητής",
    "seller": "salesperson, sales rep, rep, owner, employee, manager, assigned to, sales agent, менеджер, "
    "ответственный, кто продал, υπεύθυνος, εργαζόμενος",
    "starts_on": "from, start, start date, valid from, since, с, дата начала, начало, действует с, από, έναρξη, "
    "ημερομηνία έναρξης",
    "ends_on": "to, end, end date, valid to, until, по, дата окончания, окончание, έως, λήξη, ημερομηνία λήξης",
    "team": "department, group, sales team, отдел, группа, τμήμα",
    "role": "job title, job, роль в команде, должность, θέση",
    "territory": "region, zone, sales territory, area, регион, зона, ζώνη, τομέας",
    "category": "product category, product group, category name, product line, группа, группа товаров, вид товара, "
    "ομάδα",
    "unit": "uom, unit of measure, unit name, ед, единица измерения, ед. изм., μονάδα μέτρησης, μ.μ.",
    "launched_on": "launch date, sell start date, created, дата запуска, дата вывода",
    "is_active": "active, enabled, активен, активный, действует, ενεργό",
    "product": "item, article, sku, product id, product code, product name, артикул, номенклатура, код товара, "
    "είδος, κωδικός είδους",
    "cost": "unit cost, standard cost, cost price, purchase price, себестоимость единицы, закупочная цена, τιμή "
    "κόστους, τιμή αγοράς",
    "currency": "currency code, deal currency, код валюты, κωδικός νομίσματος",
    "price": "list price, unit price, retail price, цена продажи, розничная цена, λιανική τιμή, τιμή πώλησης",
    "given_name": "first name, forename, имя контакта, όνομα επαφής",
    "family_name": "last name, surname, επίθετο",
    "patronymic": "middle name",
    "sex": "gender",
    "birth_year": "birth year, год рождения, έτος γέννησης",
    "occupation": "profession, профессия, επαγγελματίας",
    "tax_id": "tax id, vat, vat number, vat id, tin, инн, огрн, унп, бин, α.φ.μ., ΑΦΜ πελάτη",
    "address": "street, street address, billing street, адрес доставки, фактический адрес, οδός, διεύθυνση "
    "παράδοσης",
    "legal_address": "registered address, юр. адрес, адрес регистрации, καταχωρισμένη διεύθυνση",
    "city": "town, billing city, населенный пункт, населённый пункт, πόλη πελάτη",
    "region": "state, province, state/region, billing state, область, край, νομός",
    "postal_code": "zip, zip code, postcode, postal code, billing zip, почтовый индекс, тк, τ.κ.",
    "website": "web site, url, web, domain, company domain name, веб-сайт, ιστοσελίδα",
    "messenger": "telegram, whatsapp, viber, skype, телеграм, ватсап, вайбер",
    "activity_type": "industry, sector, business, отрасль, сфера деятельности, сфера, κλάδος δραστηριότητας, "
    "δραστηριότητα",
    "size_band": "company size, employees, number of employees, размер компании, количество сотрудников, μέγεθος "
    "εταιρείας",
    "segment": "type, customer type, tier, тип клиента, категория клиента, сегмент клиента, κατηγορία πελάτη",
    "source": "lead source, original source, source of lead, источник сделки, источник лида, канал привлечения, "
    "προέλευση",
    "holding": "parent company, parent account, group of companies, группа компаний, μητρική",
    "payment_manner": "payment terms, terms, условия оплаты, способ оплаты, τρόπος πληρωμής, όροι πληρωμής",
    "in_base_from": "created, create date, created at, created on, created date, date created, customer since, since, "
    "date added, registration date, дата создания, создан, клиент с, дата регистрации, ημερομηνία "
    "δημιουργίας, πελάτης από, ημερομηνία εγγραφής",
    "customer": "client, company, account, organization, organisation, buyer, customer id, client id, account id, "
    "company id, customer code, customer name, company name, account name, associated company, "
    "контрагент, покупатель, компания, организация, заказчик, код клиента, код контрагента, εταιρεία, "
    "κωδικός πελάτη, επωνυμία",
    "contact": "contact person, contact name, associated contact, контакт, υπεύθυνος επικοινωνίας",
    "position": "job title, title, role, роль, τίτλος",
    "channel": "sales channel, channel type, канал продаж, κανάλι πωλήσεων",
    "pipeline": "funnel, sales pipeline, pipeline name, воронка продаж",
    "stage": "deal stage, sales stage, stage name, этап сделки, стадия, стадия сделки, этап воронки, στάδιο "
    "συμφωνίας, στάδιο πώλησης",
    "opened_on": "opened, open date, created, create date, created at, created on, created date, date created, "
    "creation date, start date, engage date, дата создания, создана, создан, дата создания сделки, дата "
    "начала, дата открытия, ημερομηνία δημιουργίας, δημιουργήθηκε, ημερομηνία ανοίγματος",
    "closed_on": "closed, close date, closed date, date closed, won time, closing date, дата закрытия, закрыта, дата "
    "завершения, завершена, ημερομηνία κλεισίματος, έκλεισε",
    "expected_on": "expected close date, expected closing date, forecast close date, предполагаемая дата закрытия, "
    "планируемая дата закрытия, αναμενόμενη ημερομηνία κλεισίματος",
    "lost_reason": "lost reason, loss reason, closed lost reason, reason, причина отказа, причина проигрыша, причина, "
    "λόγος απώλειας",
    "deals.value": "amount, deal value, deal amount, opportunity amount, budget, close value, revenue, total, сумма "
    "сделки, бюджет, бюджет сделки, сумма, ποσό, ποσό συμφωνίας, προϋπολογισμός",
    "deal_values.value": "amount, deal value, сумма сделки, ποσό",
    "targets.value": "plan, quota, goal, amount, сумма, цель, план продаж, πλάνο, ποσό",
    "rate": "exchange rate, fx rate, курс валюты, συναλλαγματική ισοτιμία",
    "deal": "opportunity, deal id, deal name, opportunity id, opportunity name, id сделки, номер сделки, "
    "ευκαιρία",
    "signed_on": "signing date, signed, date signed, дата подписания, дата договора, ημερομηνία υπογραφής",
    "amount": "total, sum, value, amount paid, payment amount, invoice amount, line total, итог, сумма платежа, "
    "сумма счета, стоимость, συνολικό ποσό, αξία, σύνολο",
    "placed_on": "date, order date, ordered, ordered on, created, created at, sale date, purchase date, дата, дата "
    "заказа, дата продажи, дата создания, дата оформления, ημερομηνία, ημερομηνία παραγγελίας, ημ/νία",
    "total": "amount, sum, order total, total amount, grand total, subtotal, total price, revenue, value, сумма, "
    "сумма заказа, итог, стоимость, выручка, ποσό, συνολική αξία, αξία, σύνολο παραγγελίας, καθαρή αξία",
    "status": "state, order status, статус заказа, состояние, κατάσταση παραγγελίας",
    "cancelled_on": "cancel date, cancelled, canceled at, дата отмены, ημερομηνία ακύρωσης",
    "contract": "agreement, contract number, номер договора, αριθμός σύμβασης, συμβόλαιο",
    "order": "order id, order number, order no, order code, sales order, sale no, номер заказа, id заказа, код "
    "заказа, αριθμός παραγγελίας, κωδικός παραγγελίας",
    "order_lines.code": "line number, line no, line id, position, item number, номер позиции, позиция, αριθμός γραμμής",
    "quantity": "qty, count, units, pieces, order qty, кол-во, количество товара, штук, шт, τεμάχια, τεμ",
    "unit_price": "price, unit price, item price, cost per unit, sale price, цена, цена продажи, τιμή, τιμή μονάδας",
    "discount": "discount percent, disc, скидка процент, έκπτωση %",
    "issued_on": "date, invoice date, issue date, issued, дата, дата счета, дата выставления, ημερομηνία, ημερομηνία "
    "έκδοσης, ημερομηνία τιμολογίου",
    "due_on": "due, due date, payment due, deadline, срок, срок оплаты, дата оплаты, оплатить до, προθεσμία, "
    "ημερομηνία λήξης",
    "tasks.due_on": "deadline, дедлайн, выполнить до, крайний срок, срок исполнения, έως",
    "received_on": "date, payment date, paid on, paid at, received, дата, дата оплаты, дата платежа, дата поступления, "
    "ημερομηνία, ημερομηνία πληρωμής, ημερομηνία είσπραξης",
    "returned_on": "date, return date, refund date, дата, дата возврата, ημερομηνία, ημερομηνία επιστροφής",
    "activities.kind": "type, activity type, engagement type, тип активности, тип дела, вид, είδος",
    "day": "date, activity date, call date, meeting date, дата, дата звонка, дата встречи, ημερομηνία, "
    "ημερομηνία κλήσης",
    "started_at": "start time, started, date and time, timestamp, activity date time, время начала, дата и время, ώρα "
    "έναρξης, ημερομηνία και ώρα",
    "minutes": "duration, duration minutes, length, длительность, продолжительность, минут, διάρκεια, διάρκεια σε "
    "λεπτά",
    "outcome": "result, call outcome, meeting outcome, исход, итог, έκβαση",
    "note": "notes, comment, comments, description, body, комментарий, примечание, описание, σχόλιο, σχόλια, "
    "παρατηρήσεις",
    "tasks.title": "title, subject, task, task name, name, тема, название, задача, название задачи, θέμα, τίτλος, "
    "εργασία",
    "done_on": "done, completed, completed on, completed at, completion date, date completed, дата выполнения, "
    "дата завершения, завершена, выполнена, ολοκληρώθηκε, ημερομηνία ολοκλήρωσης",
    "metric": "kpi, measure, kpi name, метрика, показатель плана, μετρική",
}
