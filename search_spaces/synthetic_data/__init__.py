"""Synthetic data: tables of codes under a schema, and their variation."""

from search_spaces.synthetic_data.column import MISSING as MISSING
from search_spaces.synthetic_data.column import Column as Column
from search_spaces.synthetic_data.condition import Condition as Condition
from search_spaces.synthetic_data.constraint import Constraint as Constraint
from search_spaces.synthetic_data.schema import Schema as Schema
from search_spaces.synthetic_data.schema import schema_data as schema_data
from search_spaces.synthetic_data.schema import schema_from_data as schema_from_data
from search_spaces.synthetic_data.table import Table as Table
