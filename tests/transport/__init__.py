"""Tests of how updates come in and messages go out."""
