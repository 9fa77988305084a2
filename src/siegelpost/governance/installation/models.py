"""What was found about controls of the whole installation last."""

from siegelpost.governance.models import LastResult


class Result(LastResult):
    """About the installation, in the control database."""

    class Meta:
        app_label = "installation"
