BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'annual-report-bot','m001_initial','2026-11-24 11:53:55.158585+00:00');
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
INSERT INTO "asked" VALUES(1,'2026-11-24T11:53:55+00:00','po vacancies','answer','nps-vacancies',0.99,'helpful',NULL);
INSERT INTO "asked" VALUES(2,'2026-11-24T11:53:55+00:00','vacancies when','answer','nps-vacancies',0.924,NULL,'vacancies-date');
INSERT INTO "asked" VALUES(3,'2026-11-24T11:53:55+00:00','will it rain in leeds','unknown','gap-staff-in-post',0.088,NULL,NULL);
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
CREATE TABLE "learned" (
   "id" INTEGER PRIMARY KEY,
   "weights" TEXT,
   "none" REAL,
   "answer" REAL,
   "phrasings" INTEGER
);
INSERT INTO "learned" VALUES(1,'[8.0, 3.0, -2.0, 0.4, -1.5, -1.0, 0.0]',3.0,0.6,12);
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
INSERT INTO "revision" VALUES(1,1,'2026-11-24T11:53:55+00:00','shell','import','term','po',NULL,'{"said": "po", "means": "probation officer", "contrast": ""}');
INSERT INTO "revision" VALUES(2,1,'2026-11-24T11:53:55+00:00','shell','import','fact','nps-vacancies',NULL,'{"id": "nps-vacancies", "question": "How many NPS officer vacancies were there?", "answer": "Over 650 probation officer posts in the NPS were vacant in September 2019.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["po vacancies", "how many posts were empty in the state service"], "detail": "Shortages were found in all 7 divisions, sharpest at probation officer grade.", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}');
INSERT INTO "revision" VALUES(3,1,'2026-11-24T11:53:55+00:00','shell','import','fact','vacancies-date',NULL,'{"id": "vacancies-date", "question": "When were the vacancies counted?", "answer": "September 2019.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["vacancy count date", "what month is the vacancies number from"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}');
INSERT INTO "revision" VALUES(4,1,'2026-11-24T11:53:55+00:00','shell','import','fact','nps-divisions',NULL,'{"id": "nps-divisions", "question": "How were the NPS divisions rated on staffing?", "answer": "All 7 NPS divisions were rated ''Requires improvement'' on staffing.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["staffing rating of the divisions", "what mark did the regions get for having enough people"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}');
INSERT INTO "revision" VALUES(5,1,'2026-11-24T11:53:55+00:00','shell','import','fact','gap-staff-in-post',NULL,'{"id": "gap-staff-in-post", "question": "How many staff are in post in the NPS?", "answer": "The slides don''t say how many staff were in post. The slide shows this only as a chart and its figures are not in the text.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["number of people employed by the nps", "nps headcount"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "gap", "figures": [], "retired": false}');
INSERT INTO "revision" VALUES(6,2,'2026-11-24T11:53:55+00:00','501','import','fact','vacancies-date','{"id": "vacancies-date", "question": "When were the vacancies counted?", "answer": "September 2019.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["vacancy count date", "what month is the vacancies number from"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}','{"id": "vacancies-date", "question": "When were the vacancies counted?", "answer": "In September 2019.", "report": "annual-report-2019-20", "topic": "staffing", "also_asked": ["vacancy count date", "what month is the vacancies number from"], "detail": "", "link": "https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/", "source": "slide 21: NPS staffing", "kind": "fact", "figures": [], "retired": false}');
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
COMMIT;
