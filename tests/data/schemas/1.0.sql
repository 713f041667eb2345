BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'annual-report-bot','m001_initial','2026-11-24 12:59:38.050948+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'annual-report-bot','m002_administrators','2026-11-24 12:59:38.051318+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'annual-report-bot','m003_ledger','2026-11-24 12:59:38.051669+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'annual-report-bot','m004_learned','2026-11-24 12:59:38.052077+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'annual-report-bot','m005_workers','2026-11-24 12:59:38.052510+00:00');
CREATE TABLE "asked" (
   "id" INTEGER PRIMARY KEY,
   "at" TEXT,
   "question" TEXT,
   "outcome" TEXT,
   "fact" TEXT,
   "confidence" REAL,
   "feedback" TEXT,
   "tapped" TEXT
);
INSERT INTO "asked" VALUES(1,'2026-11-24T12:59:38+00:00','po vacancies','answer','nps-vacancies',0.99,'helpful',NULL);
INSERT INTO "asked" VALUES(2,'2026-11-24T12:59:38+00:00','vacancies when','answer','vacancies-date',0.833,NULL,'vacancies-date');
INSERT INTO "asked" VALUES(3,'2026-11-24T12:59:38+00:00','will it rain in leeds','unknown',NULL,0.0,NULL,NULL);
CREATE TABLE "delivery" (
   "id" INTEGER PRIMARY KEY,
   "job" TEXT,
   "at" INTEGER,
   "after" INTEGER,
   "number" INTEGER
, "sequence" TEXT);
INSERT INTO "delivery" VALUES(1,'42:1',1795525178,10,11,'42');
INSERT INTO "delivery" VALUES(2,'42:2',1795525178,11,NULL,'42');
CREATE TABLE "dismissed" (
   "question" TEXT PRIMARY KEY,
   "at" TEXT
);
INSERT INTO "dismissed" VALUES('will it rain in leeds','2026-11-24T12:59:38+00:00');
CREATE TABLE "fact" (
   "id" TEXT PRIMARY KEY,
   "report" TEXT REFERENCES "report"("id"),
   "topic" TEXT REFERENCES "topic"("id"),
   "question" TEXT,
   "answer" TEXT,
   "detail" TEXT,
   "link" TEXT,
   "source" TEXT,
   "kind" TEXT,
   "figures" TEXT,
   "state" TEXT,
   "position" INTEGER
);
INSERT INTO "fact" VALUES('nps-vacancies','annual-report-2019-20','staffing','How many NPS officer vacancies were there?','Over 650 probation officer posts in the NPS were vacant in September 2019.','Shortages were found in all 7 divisions, sharpest at probation officer grade.','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]','live',0);
INSERT INTO "fact" VALUES('vacancies-date','annual-report-2019-20','staffing','When were the vacancies counted?','In September 2019.','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]','live',1);
INSERT INTO "fact" VALUES('nps-divisions','annual-report-2019-20','staffing','How were the NPS divisions rated on staffing?','All 7 NPS divisions were rated ''Requires improvement'' on staffing.','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]','live',2);
INSERT INTO "fact" VALUES('gap-staff-in-post','annual-report-2019-20','staffing','How many staff are in post in the NPS?','The slides don''t say how many staff were in post. The slide shows this only as a chart and its figures are not in the text.','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','gap','[]','live',3);
CREATE TABLE "job" (
   "id" TEXT PRIMARY KEY,
   "at" INTEGER,
   "finished" INTEGER
, "worker" INTEGER);
INSERT INTO "job" VALUES('42:1',1795525178,1,195786880609475);
INSERT INTO "job" VALUES('42:2',1795525178,NULL,195786880609475);
CREATE TABLE "learned" (
   "id" INTEGER PRIMARY KEY,
   "features" TEXT,
   "logits" TEXT,
   "slips" TEXT,
   "held" INTEGER,
   "phrasings" INTEGER
);
INSERT INTO "learned" VALUES(1,'ridge nearest unexplained asked conflict number gap meaning','[[[9.0, 1.0, -7.0, 0.3, -2.5, -3.5, 0.0, 1.0], 3.0], [[9.0, 1.0, -7.0, 0.3, -2.5, -3.5, 0.0, 1.0], 3.0]]','[]',0,12);
CREATE TABLE "note" (
   "kind" TEXT,
   "who" INTEGER,
   "text" TEXT,
   PRIMARY KEY ("kind", "who")
);
INSERT INTO "note" VALUES('draft',501,'{"number": "k2", "kind": "add", "cells": {"question": "Is there a podcast?"}, "waiting": "answer", "before": "", "previewed": false, "touched": 1700000000.0}');
INSERT INTO "note" VALUES('menu',501,'');
CREATE TABLE "phrasing" (
   "id" INTEGER PRIMARY KEY,
   "fact" TEXT REFERENCES "fact"("id"),
   "text" TEXT,
   "origin" TEXT
);
INSERT INTO "phrasing" VALUES(1,'nps-vacancies','po vacancies','admin');
INSERT INTO "phrasing" VALUES(2,'nps-vacancies','how many posts were empty in the state service','admin');
INSERT INTO "phrasing" VALUES(5,'nps-divisions','staffing rating of the divisions','admin');
INSERT INTO "phrasing" VALUES(6,'nps-divisions','what mark did the regions get for having enough people','admin');
INSERT INTO "phrasing" VALUES(7,'gap-staff-in-post','number of people employed by the nps','admin');
INSERT INTO "phrasing" VALUES(8,'gap-staff-in-post','nps headcount','admin');
INSERT INTO "phrasing" VALUES(9,'vacancies-date','vacancy count date','admin');
INSERT INTO "phrasing" VALUES(10,'vacancies-date','what month is the vacancies number from','admin');
CREATE TABLE "report" (
   "id" TEXT PRIMARY KEY,
   "title" TEXT,
   "short_title" TEXT,
   "publisher" TEXT,
   "published" TEXT,
   "url" TEXT,
   "ratings_url" TEXT,
   "reports_url" TEXT
);
INSERT INTO "report" VALUES('annual-report-2019-20','Annual report: inspections of probation services 2019/20','Annual report 2019/20','HM Inspectorate of Probation','December 2020','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','https://www.justiceinspectorates.gov.uk/hmiprobation/about-our-work/our-standards-and-ratings/ratings-tables/','https://www.justiceinspectorates.gov.uk/hmiprobation/inspections/');
CREATE TABLE "revision" (
   "id" INTEGER PRIMARY KEY,
   "change" INTEGER,
   "at" TEXT,
   "who" TEXT,
   "what" TEXT,
   "kind" TEXT,
   "key" TEXT,
   "before" TEXT,
   "after" TEXT
);
INSERT INTO "revision" VALUES(1,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','report','annual-report-2019-20',NULL,'{"id": "annual-report-2019-20", "title": "Annual report: inspections of probation services 2019/20", "short_title": "Annual report 2019/20", "publisher": "HM Inspectorate of Probation", "published": "December 2020", "url": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "ratings_url": "https://www.justiceinspectorates.gov.uk/hmiprobation/about-our-work/our-standards-and-ratings/ratings-tables/", "reports_url": "https://www.justiceinspectorates.gov.uk/hmiprobation/inspections/"}');
INSERT INTO "revision" VALUES(2,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','topic','staffing',NULL,'{"id": "staffing", "name": "Staffing and workloads", "position": 1}');
INSERT INTO "revision" VALUES(3,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','topic','through-the-gate',NULL,'{"id": "through-the-gate", "name": "Through the Gate", "position": 2}');
INSERT INTO "revision" VALUES(4,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','topic','contact',NULL,'{"id": "contact", "name": "Contact", "position": 3}');
INSERT INTO "revision" VALUES(5,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','term','po',NULL,'{"said": "po", "means": "probation officer", "contrast": ""}');
INSERT INTO "revision" VALUES(6,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','fact','nps-vacancies',NULL,'{"id": "nps-vacancies", "question": "How many NPS officer vacancies were there?", "answer": "Over 650 probation officer posts in the NPS were vacant in September 2019.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["po vacancies", "how many posts were empty in the state service"], "detail": "Shortages were found in all 7 divisions, sharpest at probation officer grade.", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}');
INSERT INTO "revision" VALUES(7,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','fact','vacancies-date',NULL,'{"id": "vacancies-date", "question": "When were the vacancies counted?", "answer": "September 2019.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["vacancy count date", "what month is the vacancies number from"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}');
INSERT INTO "revision" VALUES(8,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','fact','nps-divisions',NULL,'{"id": "nps-divisions", "question": "How were the NPS divisions rated on staffing?", "answer": "All 7 NPS divisions were rated ''Requires improvement'' on staffing.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["staffing rating of the divisions", "what mark did the regions get for having enough people"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}');
INSERT INTO "revision" VALUES(9,1,'2026-11-24T12:59:38+00:00','shell','imported small.json','fact','gap-staff-in-post',NULL,'{"id": "gap-staff-in-post", "question": "How many staff are in post in the NPS?", "answer": "The slides don''t say how many staff were in post. The slide shows this only as a chart and its figures are not in the text.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["number of people employed by the nps", "nps headcount"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "gap", "figures": [], "retired": false}');
INSERT INTO "revision" VALUES(10,2,'2026-11-24T12:59:38+00:00','501','imported correction.json','fact','vacancies-date','{"id": "vacancies-date", "question": "When were the vacancies counted?", "answer": "September 2019.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["vacancy count date", "what month is the vacancies number from"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}','{"id": "vacancies-date", "question": "When were the vacancies counted?", "answer": "In September 2019.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["vacancy count date", "what month is the vacancies number from"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}');
CREATE TABLE "term" (
   "said" TEXT PRIMARY KEY,
   "means" TEXT,
   "contrast" TEXT
);
INSERT INTO "term" VALUES('po','probation officer','');
CREATE TABLE "topic" (
   "id" TEXT PRIMARY KEY,
   "name" TEXT,
   "position" INTEGER
);
INSERT INTO "topic" VALUES('staffing','Staffing and workloads',1);
INSERT INTO "topic" VALUES('through-the-gate','Through the Gate',2);
INSERT INTO "topic" VALUES('contact','Contact',3);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "idx_phrasing_fact"
    ON "phrasing" ("fact");
CREATE INDEX "idx_revision_change"
    ON "revision" ("change");
CREATE INDEX "idx_asked_at"
    ON "asked" ("at");
CREATE INDEX "idx_revision_key"
    ON "revision" ("key");
CREATE INDEX "idx_delivery_job"
    ON "delivery" ("job");
CREATE INDEX "idx_delivery_sequence_number"
    ON "delivery" ("sequence", "number");
COMMIT;
