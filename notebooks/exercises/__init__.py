"""What belongs to one chapter: its exercises with their named mistakes, and its private helpers.

``chapter_04.py`` holds the exercises of chapter 04, and so on. A helper that one chapter alone
needs stands beside it, and two that several need:

    machine, progress_table      chapter 00, the report of the machine and of what is solved
    tables                       chapters 00 and 17, a table as text and as HTML
    entries                      all chapters, what an answer returns under the names of its parts
    plotting_tensors             chapter 05, tensors drawn as cells
    listings, processes          chapter 16, scripts shown, and run in processes of their own
    clinic_*                     chapter 17, the cases of the bug clinic, by topic
    trained_model                chapter 18, a trained network as an answer
"""
