"""A step that is a job."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import ResumableJobMixin

from imsclone_airflow import settings
from imsclone_airflow.operators.base import CloneOperator

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk import Context

    from imsclone.zosmf import Correlator, Job
    from imsclone_airflow.jobs import JobOutput

LETTERS = 5


class ZosJobOperator(ResumableJobMixin, CloneOperator):
    """One step of a clone that one z/OS job does.

    The job carries a correlator made of Dag, run, task, map index and attempt: it is looked up before it is
    submitted, so a retry finds the job of the try before, running or ended. Its outcome is judged by its steps and
    by what its listings say, never by its highest return code. When the task is killed, the job is cancelled.

    :param jcl_template: name of the JCL template; a file of this name in the site's folder comes first.
    """

    template_fields: Sequence[str] = (*CloneOperator.template_fields, "jcl")

    jcl_template: str = ""
    letters: ClassVar[str] = ""
    """What follows the prefix in the name of the job."""

    steps: ClassVar[Mapping[str, Collection[int]]] = {}
    """Condition codes that steps may end with; 0 alone for those not named."""

    derived: ClassVar[bool] = False
    """Whether the JCL depends on what the system looks like, so that it is known only when the task runs."""

    def __init__(self, *, jcl_template: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.jcl_template = jcl_template or type(self).jcl_template
        self.jcl = ""
        self.results: dict[str, Any] = {}

    def _do_render_template_fields(
        self,
        parent: Any,
        template_fields: Iterable[str],
        context: Context,
        jinja_env: jinja2.Environment,
        seen_oids: set[int],
    ) -> None:
        """Render as Airflow does, then make the JCL, so that it is seen in the Rendered Template tab."""
        super()._do_render_template_fields(parent, template_fields, context, jinja_env, seen_oids)
        if parent is self and self.planned is not None and not self.derived:
            self.preview()

    def preview(self) -> None:
        """Make the JCL of the first attempt. A refusal is kept for the task to fail with when it runs."""
        from imsclone.errors import CloneError

        try:
            self.jcl = self.job_jcl(self.task_key.correlator())
        except CloneError as error:
            self.refusal, self.jcl = error, str(error)

    # What a concrete step says

    def template(self) -> str:
        """Return the name of the JCL template."""
        return self.jcl_template

    def job_letters(self) -> str:
        """Return what follows the prefix in the name of the main job."""
        return self.letters

    def values(self) -> Mapping[str, Any]:
        """Return the values the template needs beside ``job``."""
        return {}

    def is_needed(self) -> bool:
        """Whether there is anything left to do for the job."""
        return True

    def prepare(self) -> None:
        """Do what must be done before the job is submitted; not done again for a job that is there."""

    def read(self, output: JobOutput) -> Any:
        """Return what the job's listings say."""
        return None

    def check(self, found: Any) -> None:
        """Raise if what was found is not what was to be done."""

    def finish(self, found: Any) -> Any:
        """Do what follows the job; may be done again. What it returns is the task's result."""
        return None

    # How it is done

    def work(self, context: Context) -> Any:
        self.external_id_key = f"zos_job_{self.task_key.generation}"
        if not self.is_needed():
            self.log.info("Nothing is left to do for the job")
            return self.finish(None)
        return self.execute_resumable(context)

    def job_jcl(self, correlator: Correlator) -> str:
        """Return the JCL of the main job."""
        return self.rendered(self.template(), self.job_letters(), correlator, self.values())

    def rendered(self, template: str, letters: str, correlator: Correlator, values: Mapping[str, Any]) -> str:
        """Return a template with its values."""
        from imsclone.jcl import JobHeader, job_name, render
        from imsclone.names import CardText

        system = self.the_plan.source if self.side == "source" else self.the_plan.target
        card = system.job_card or self.hook.connection.job_card
        header = JobHeader(
            name=job_name(card.prefix, letters),
            correlator=correlator,
            card=card,
            step=CardText(self.task_key.task.upper()[:60]),
            environment=CardText(self.the_plan.environment),
        )
        return render(template, settings.templates(), job=header, **values)

    def auxiliary(self, label: str, template: str, values: Mapping[str, Any], letters: str = "") -> JobOutput:
        """Run another job of this task, exactly once under its label, and require that all its steps ended with 0."""
        from imsclone.zosmf import gate

        letters = letters or re.sub(r"[^A-Z]", "", label.upper())[:LETTERS]
        output = self.desk.run(label, self.maker(template, letters, values))
        self.keep(output)
        gate(output.job)
        return output

    def maker(self, template: str, letters: str, values: Mapping[str, Any]) -> Callable[[Correlator], str]:
        """Return what makes a job's JCL for a correlator; it is then shown with the task's other JCL."""

        def make(correlator: Correlator) -> str:
            jcl = self.rendered(template, letters, correlator, values)
            self.jcl = f"{self.jcl}{jcl}" if self.derived else self.jcl
            return jcl

        return make

    def keep(self, output: JobOutput) -> None:
        """Keep the listings of a job as evidence."""
        for file, text in output.listings():
            self.evidence.listing(f"{output.job} {file.step} {file.ddname}", text)

    def judge(self, output: JobOutput) -> Any:
        """Return what an ended job found, if its steps and its listings say that it did its work."""
        from imsclone.zosmf import gate
        from imsclone_airflow.errors import JobLost
        from imsclone_airflow.jobs import is_lost

        self.keep(output)
        if is_lost(output.job):
            raise JobLost(job=str(output.job), said=str(output.job.completion))
        gate(output.job, self.steps)
        found = self.read(output)
        self.check(found)
        return found

    # ResumableJobMixin

    def submit_job(self, context: Context) -> Any:
        def make(correlator: Correlator) -> str:
            self.prepare()
            jcl = self.job_jcl(correlator)
            self.jcl = f"{self.jcl}{jcl}" if self.derived else jcl
            return jcl

        job = self.desk.submit("", make)
        return {"name": job.name, "id": job.id}

    def get_job_status(self, external_id: Any, context: Context) -> str:
        from imsclone_airflow.jobs import is_lost

        job = self.client.status(_job(external_id))
        return "ACTIVE" if not job.ended else "LOST" if is_lost(job) else "ENDED"

    def is_job_active(self, status: str) -> bool:
        return status == "ACTIVE"

    def is_job_succeeded(self, status: str) -> bool:
        """Whether the job ran to an end of its own; :meth:`judge` says which end."""
        return status == "ENDED"

    def poll_until_complete(self, external_id: Any, context: Context) -> Any:
        """Wait and return the result: when the mixin reconnects, it returns what this returns."""
        return self.get_job_result(external_id, context)

    def get_job_result(self, external_id: Any, context: Context) -> Any:
        known = str(external_id["id"])
        if known not in self.results:
            self.results[known] = self.finish(self.judge(self.desk.wait(_job(external_id))))
        return self.results[known]


def _job(external_id: Mapping[str, str]) -> Job:
    from imsclone.zosmf import Job

    return Job(external_id["name"], external_id["id"])
