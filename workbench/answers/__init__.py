"""Who helped whom with what: tables and answers that a researcher asks of annotated reports.

reports looks up names, places and sentences of one report → money says which sums may be added up → assistance, deeds,
statements, things, figures and items make the rows of one family of tables each → questions answers the competency
questions of the guidelines → masking hides private persons → catalogue names all tables and makes data frames of them →
writing lays them out as CSV, JSON or Parquet.
"""
