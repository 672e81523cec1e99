import type { Dice } from "../random";

/** Word lists: enough that names, mails and descriptions of a large tenant compress like real ones. */
const FIRST =
  `Ada Aisha Aleksander Alina Amara Ana Anders Anya Arjun Astrid Beatriz Ben Bruno Camille Carlos Chen Chloe Clara Dagny Daniel
Dario Devi Diego Elena Elif Emeka Emil Erik Esther Fatima Felix Finn Freya Gabriel Giulia Grace Hana Hannah Hassan Helena Hugo Ibrahim Ines
Ingrid Isaac Ivan Jade James Jana Jonas Jorge Julia Kai Karin Kenji Kofi Lara Lars Leila Leo Lin Lucas Luna Magnus Malik Maria Marta Mateo
Maya Megan Mei Mikael Mina Mohammed Nadia Naomi Nikhil Nina Noah Nora Oksana Olga Oliver Omar Oskar Paola Patrick Petra Priya Quentin Rafael
Rania Ravi Rosa Ruth Samir Sara Sean Selma Sofia Stefan Sunil Tara Tariq Theo Tomas Uma Valentina Vera Viktor Wen Xavier Yara Yuki Yusuf Zoe`.split(
    /\s+/,
  );
const LAST =
  `Abbott Achterberg Adeyemi Almeida Andersen Aoki Bakker Banerjee Barros Becker Berg Bianchi Brandt Carvalho Castillo Chandra Cohen
Costa Dahl Das Diaz Dubois Ekström Eriksen Farouk Fernandez Fischer Fontaine Garcia Gomez Gruber Gupta Haddad Hansen Hassan Hernandez Hoffmann
Horvath Ito Ivanova Jansen Jensen Johansson Kaplan Karlsson Keller Khan Kim Kowalski Kraus Kumar Laurent Leclerc Lee Lehmann Lindqvist Lopez
Martin Mbeki Meyer Moreau Morris Nakamura Nguyen Nielsen Nowak Novak Okafor Oliveira Olsen Ortiz Osei Patel Pereira Petrov Popescu Quinn Rao
Reyes Ricci Roberts Romano Rossi Saito Santos Sato Schmidt Schneider Sharma Silva Singh Smith Sørensen Suzuki Svensson Tanaka Torres Usman
Varga Vasquez Virtanen Wagner Walker Wang Weber Wilson Wójcik Yamamoto Yilmaz Zhang Zimmermann`.split(/\s+/);
const PLACES =
  `Amsterdam Antwerp Athens Bergen Berlin Bilbao Bogota Boston Brno Chennai Cork Dakar Denver Dublin Gdansk Geneva Ghent Hamburg
Helsinki Jakarta Krakow Lagos Leeds Lima Lisbon Lyon Madrid Malmö Manila Milan Montreal Nairobi Nordic Osaka Oslo Perth Porto Prague Riga Seoul
Sofia Tallinn Toronto Turin Utrecht Vienna Vilnius Warsaw Zagreb Zurich EMEA APAC LATAM Global`.split(/\s+/);
const FIELDS =
  `Accounting|Audit|Brand|Bridge Repair|Budget|Clinical Trials|Cloud Migration|Compliance|Contract Review|Customer Care|Customs|
Data Platform|Depot|Design System|Digital Workplace|Energy Saving|Engineering|Events|Export|Facilities|Field Service|Finance|Fleet|Fraud Desk|
Grants|Health and Safety|Help Desk|HR|Identity|Innovation|Internal Comms|Inventory|IT Operations|Key Accounts|Knowledge Base|Lab|Legal|Lighting|
Logistics|Maintenance|Market Research|Marketing|Mergers|Mobile App|Network|Onboarding|Packaging|Partners|Payroll|Plant|Platform|Pricing|Procurement|
Product|Public Affairs|Quality|Rail Works|Recruiting|Research|Retail|Risk|Safety|Sales|Security|Service Desk|Spare Parts|Strategy|Supply Chain|
Sustainability|Tax|Tender|Training|Translation|Travel|Treasury|Warehouse|Web Shop|Works Council`
    .split("|")
    .map((field) => field.trim());
const FORMS =
  `Team|Taskforce|Project|Board|Community|Planning|Rollout|Archive|Workshop|Crew|Steering Committee|Review|Leads|Sprint|Core Group|
Programme|Working Group|Alumni|Pilot|Office|Forum|Circle|Support|Launch`
    .split("|")
    .map((form) => form.trim());
const AIMS =
  `Minutes, drafts and decisions of|Shared files and weekly calls of|Everything about|Where we coordinate|Questions and answers on|
Suppliers and contracts for|Rota and handover notes of|Documents for the auditors of|Planning and budget of|Archive of|Onboarding material for|
Announcements from|Vendor meetings for|Risk register and actions of`
    .split("|")
    .map((aim) => aim.trim());
const TITLES = [
  "Engineer",
  "Analyst",
  "Manager",
  "Coordinator",
  "Director",
  "Consultant",
  "Specialist",
  "Technician",
  "Buyer",
  "Planner",
];

export const ORGANISATIONS = [
  "Contoso Bridges",
  "Fabrikam Rail",
  "Northwind Foods",
  "Adventure Works",
  "Tailspin Logistics",
  "Wingtip Health",
];

export function personName(dice: Dice): { first: string; last: string } {
  return { first: dice.pick(FIRST), last: dice.pick(LAST) };
}

export function jobOf(dice: Dice): { jobTitle: string; department: string } {
  return { jobTitle: dice.pick(TITLES), department: dice.pick(FIELDS) };
}

/** A name such as `Lisbon Fleet Rollout 2024`. Names may repeat, as they do in real tenants. */
export function groupName(dice: Dice): string {
  const field = dice.pick(FIELDS);
  const form = dice.pick(FORMS);
  const roll = dice.next();
  if (roll < 0.25) return `${field} ${form}`;
  if (roll < 0.6) return `${dice.pick(PLACES)} ${field} ${form}`;
  if (roll < 0.85) return `${dice.pick(PLACES)} ${field} ${dice.int(2019, 2026)}`;
  return `${field} – ${dice.pick(FIELDS)} ${form}`;
}

export function descriptionOf(dice: Dice, name: string): string | null {
  const roll = dice.next();
  if (roll < 0.12) return null;
  if (roll < 0.3) return name; // what Teams writes when nobody types anything
  const { first, last } = personName(dice);
  return `${dice.pick(AIMS)} ${name}. Ask ${first} ${last} (${dice.pick(FIELDS)}, ${dice.pick(PLACES)}) for access; cost centre ${dice.int(1000, 9999)}.`;
}

/** Lower-case ASCII for mails and URLs. */
export function slugOf(text: string): string {
  const slug = text
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "")
    .slice(0, 32);
  return slug || "group";
}
