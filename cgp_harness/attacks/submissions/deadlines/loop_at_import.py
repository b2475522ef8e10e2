"""Never finish being imported.

shows: grader
by: deadline
"""

while True:
    pass
