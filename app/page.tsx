import { course } from './course/course';
import { CourseMap } from './course/course-map';
import { LearnerProvider } from './course/learner';
import { ModeNotice } from './course/mode-notice';
import { ProgressFile } from './course/progress-file';
import { ResumeCard } from './course/resume-card';
import { Strata } from './course/strata';
import { ThemeToggle } from './theme/theme-toggle';
import { Mark } from './ui/icons';

export default async function MapPage() {
  const parts = await course();
  const lessons = parts.flatMap((part) => part.sections).flatMap((section) => section.lesson ?? []);
  const sections = parts.reduce((sum, part) => sum + part.sections.length, 0);
  return (
    <LearnerProvider>
      <a className="skip-link" href="#course">
        Skip to the course
      </a>
      <header className="site-header">
        <span className="wordmark">
          <Mark />
          Underlay
        </span>
        <ThemeToggle />
      </header>
      <main className="map">
        <section className="hero">
          <div className="hero-text">
            <h1>
              Docker and Kubernetes,
              <br />
              from the kernel up
            </h1>
            <p className="hero-lead">
              Read a section, type real commands on a machine of your own, and watch what they move. A task turns green
              the moment it is true.
            </p>
            <p className="hero-count">
              {sections} sections in {parts.length} parts. {lessons.length} {lessons.length === 1 ? 'is' : 'are'} ready;
              the others are planned.
            </p>
          </div>
          <Strata part={null} className="hero-strata" />
          <div className="hero-cards">
            <ResumeCard lessons={lessons} />
            <ModeNotice />
            <ProgressFile />
          </div>
        </section>
        <CourseMap parts={parts} />
      </main>
    </LearnerProvider>
  );
}
