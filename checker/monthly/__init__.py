"""The monthly report: the months judged one after another, and what their figures add up to."""

from checker.monthly.build import Asked as Asked
from checker.monthly.build import month_paper as month_paper
