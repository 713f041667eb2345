BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'annual-report-bot','m006_initial','2026-11-29 23:29:48.182136+00:00');
CREATE TABLE "asked" (
   "id" INTEGER PRIMARY KEY,
   "at" TEXT,
   "question" TEXT,
   "outcome" TEXT,
   "fact" TEXT,
   "feedback" TEXT,
   "tapped" TEXT,
   "confidence" REAL
);
CREATE TABLE "dismissed" (
   "question" TEXT PRIMARY KEY,
   "at" TEXT
);
CREATE TABLE "fact" (
   "id" TEXT PRIMARY KEY,
   "question" TEXT,
   "answer" TEXT,
   "report" TEXT REFERENCES "report"("id"),
   "topic" TEXT REFERENCES "topic"("id"),
   "also_asked" TEXT,
   "detail" TEXT,
   "link" TEXT,
   "source" TEXT,
   "kind" TEXT,
   "figures" TEXT,
   "retired" INTEGER,
   "beside" TEXT,
   "measure" TEXT,
   "plain" TEXT,
   "added" TEXT,
   "digest" TEXT
);
INSERT INTO "fact" VALUES('nps-vacancies','How many NPS officer vacancies were there?','Over 650 probation officer posts in the NPS were vacant in September 2019.','annual-report-2019-20','staffing','["po vacancies", "how many posts were empty in the state service", "unfilled officer jobs count"]','Shortages were found in all 7 divisions, sharpest at probation officer grade.','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]',0,'[]','','','','03dfb7d587461b04');
INSERT INTO "fact" VALUES('vacancies-date','When were the vacancies counted?','September 2019.','annual-report-2019-20','staffing','["vacancy count date", "what month is the vacancies number from"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]',0,'[]','','','','1d3777a4a695524b');
INSERT INTO "fact" VALUES('nps-divisions','How were the NPS divisions rated on staffing?','All 7 NPS divisions were rated ''Requires improvement'' on staffing.','annual-report-2019-20','staffing','["staffing rating of the divisions", "what mark did the regions get for having enough people"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]',0,'[]','','','','12f22579b9a929f6');
INSERT INTO "fact" VALUES('workload-tool','What did the workload tool show for NPS officers?','60% of NPS probation officers were above 100% on the workload tool; 30% were above 120%.','annual-report-2019-20','staffing','["wmt figures", "share of officers over their capacity"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[{"label": "Above 100%", "value": 60.0, "unit": "%", "column": ""}, {"label": "Above 120%", "value": 30.0, "unit": "%", "column": ""}, {"label": "All officers", "value": 100.0, "unit": "%", "column": ""}]',0,'[]','','','','2aed8693562da3d7');
INSERT INTO "fact" VALUES('manager-time','How many managers lacked time for oversight?','Half of the managers surveyed said they lacked time for oversight.','annual-report-2019-20','staffing','["bosses without time to supervise", "spo time for oversight"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]',0,'[]','','','','27b68c594023e0e2');
INSERT INTO "fact" VALUES('caseloads-high','Are caseloads too high?','Yes. The report says probation caseloads are still too high.','annual-report-2019-20','staffing','["too many cases", "are officers overloaded"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 18: Caseloads remain too high','fact','[]',0,'[]','','','','d7c725490440777f');
INSERT INTO "fact" VALUES('staff-below-target','Since when has staffing been below target?','Since 2014, NPS staffing had been below its target level.','annual-report-2019-20','staffing','["below target since", "how long have they been short of people"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]',0,'[]','','','','a6290d0505ade72a');
INSERT INTO "fact" VALUES('staff-signs','Are there signs that staffing is improving?','Yes. New officers are being trained and more are to be recruited.','annual-report-2019-20','staffing','["staffing improvement signs", "is recruitment getting better"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]',0,'[]','','','','94308bc83402ca1f');
INSERT INTO "fact" VALUES('managers-span','How many staff does a manager look after?','Managers looked after up to 14 staff.','annual-report-2019-20','staffing','["span of control", "size of a team under one boss"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','fact','[]',0,'[]','','','','1593cd07cce4a1b8');
INSERT INTO "fact" VALUES('ttg-rating','How many were rated ''Outstanding'' for Through the Gate?','8 out of 10 were rated ''Outstanding'' for Through the Gate.','annual-report-2019-20','through-the-gate','["ttg ratings", "how good is the help when people leave jail"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 12: Some positive signs for CRCs','fact','[]',0,'[]','','','','f1bde6539939699c');
INSERT INTO "fact" VALUES('ttg-money','How much money went into Through the Gate?','£22m of extra money made a real difference to Through the Gate.','annual-report-2019-20','through-the-gate','["ttg money", "cash for help on leaving prison"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 12: Some positive signs for CRCs','fact','[]',0,'[]','','','','13db44759ad88410');
INSERT INTO "fact" VALUES('contact-overview','How can I contact HM Inspectorate of Probation?','Write to Civil Justice Centre, Manchester, M3 3FX; e-mail HMIP.enquiries@hmiprobation.gov.uk; phone 0161 240 5336.','annual-report-2019-20','contact','["contact details"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 28: Contact','fact','[]',0,'[]','','','','1a1e6bb32bcce3d3');
INSERT INTO "fact" VALUES('contact-phone','What is the Inspectorate''s phone number?','0161 240 5336.','annual-report-2019-20','contact','["telephone"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 28: Contact','fact','[]',0,'[]','','','','06622f941747ef96');
INSERT INTO "fact" VALUES('gap-staff-in-post','How many staff are in post in the NPS?','The slides don''t say how many staff were in post. The slide shows this only as a chart and its figures are not in the text.','annual-report-2019-20','staffing','["number of people employed by the nps", "nps headcount"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 21: NPS staffing','gap','[]',0,'[]','','','','de5d1f0b5237b21e');
INSERT INTO "fact" VALUES('gap-ttg-cost','What does Through the Gate cost per person?','The slides don''t give a cost per person. They say £22m of extra money went into it; see the full report.','annual-report-2019-20','through-the-gate','["ttg price per head", "unit cost of resettlement"]','','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','slide 12: Some positive signs for CRCs','gap','[]',0,'[]','','','','2a61a10dbe97845a');
CREATE TABLE "handled_update" (
   "id" TEXT PRIMARY KEY,
   "at" INTEGER,
   "done" INTEGER
);
CREATE TABLE "kept" (
   "id" INTEGER PRIMARY KEY,
   "phrasings" INTEGER,
   "data" BLOB
);
CREATE TABLE "note" (
   "kind" TEXT,
   "who" INTEGER,
   "text" TEXT,
   PRIMARY KEY ("kind", "who")
);
CREATE TABLE "replaced" (
   "id" INTEGER PRIMARY KEY,
   "change" INTEGER REFERENCES "revision"("number"),
   "kind" TEXT,
   "key" TEXT,
   "before" TEXT,
   "after" TEXT
);
CREATE TABLE "report" (
   "id" TEXT PRIMARY KEY,
   "title" TEXT,
   "short_title" TEXT,
   "publisher" TEXT,
   "published" TEXT,
   "url" TEXT,
   "ratings_url" TEXT,
   "reports_url" TEXT,
   "digest" TEXT
);
INSERT INTO "report" VALUES('annual-report-2019-20','Annual report: inspections of probation services 2019/20','Annual report 2019/20','HM Inspectorate of Probation','December 2020','https://www.justiceinspectorates.gov.uk/hmiprobation/media/press-releases/2020/12/par2020/','https://www.justiceinspectorates.gov.uk/hmiprobation/about-our-work/our-standards-and-ratings/ratings-tables/','https://www.justiceinspectorates.gov.uk/hmiprobation/inspections/','489f1663b9e11fee');
CREATE TABLE "revision" (
   "number" INTEGER PRIMARY KEY,
   "at" TEXT,
   "who" TEXT,
   "what" TEXT,
   "reverts" INTEGER
);
INSERT INTO "revision" VALUES(1,'2026-11-29T23:29:48+00:00','test','imported small.json',NULL);
CREATE TABLE "term" (
   "said" TEXT PRIMARY KEY,
   "means" TEXT,
   "contrast" TEXT,
   "digest" TEXT
);
CREATE TABLE "topic" (
   "id" TEXT PRIMARY KEY,
   "name" TEXT,
   "position" INTEGER,
   "digest" TEXT
);
INSERT INTO "topic" VALUES('staffing','Staffing and workloads',1,'cc64cb885138e35a');
INSERT INTO "topic" VALUES('through-the-gate','Through the Gate',2,'0c58cf4918a3af36');
INSERT INTO "topic" VALUES('contact','Contact',3,'b2538c4e8c4fde8b');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "idx_replaced_change"
    ON "replaced" ("change");
CREATE INDEX "idx_replaced_key"
    ON "replaced" ("key");
CREATE INDEX "idx_asked_at"
    ON "asked" ("at");
CREATE INDEX "idx_handled_update_at"
    ON "handled_update" ("at");
COMMIT;
