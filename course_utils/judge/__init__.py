"""The engine that judges an answer. It knows no chapter; a chapter knows only its door, `tasks`.

    tasks       the door: what an exercise, a question and a prediction are, and how they answer
    trial       the cases of an exercise, and what a candidate does on all of them
    findings    what is wrong with a candidate, in one sentence and a picture
    repair      one small edit of the learner's own code that would make it right
    edits       the small edits: slips of one symbol, turned round
    compare     where and how a value differs from what it should be
    guesses     a predicted number: what is meant by it, and how near it came
    values      what a value is: its numbers, its kind in words, a short picture
    stubs       the `...` that an exercise leaves for the learner
    guard       runs the learner's code so that it cannot hang, flood or kill the kernel
    verdict     the answer as a card
    attempts    the file that remembers what is solved
"""
