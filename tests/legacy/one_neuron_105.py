# One neuron in the way of the first scripts: the data stay inside the object.
import random
import numpy

seed = 0
random.seed(seed)
numpy.random.seed(seed)

from ComputationalGraphPrimer import *

cgp = ComputationalGraphPrimer(
          one_neuron_model = True,
          expressions = ['xw=ab*xa+bc*xb+cd*xc+ac*xd'],
          output_vars = ['xw'],
          dataset_size = 200,
          learning_rate = 1e-3,
          training_iterations = 300,
          batch_size = 8,
          display_loss_how_often = 100,
      )

cgp.parse_expressions()
cgp.gen_training_data()
cgp.run_training_loop_one_neuron_model()
