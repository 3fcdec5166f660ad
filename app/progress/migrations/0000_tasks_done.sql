CREATE TABLE "tasks_done" (
	"learner" text NOT NULL,
	"lesson" text NOT NULL,
	"task" text NOT NULL,
	"points" integer NOT NULL,
	"first_done_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tasks_done_learner_lesson_task_pk" PRIMARY KEY("learner","lesson","task")
);
