"""What training costs: seed-steps, and the lecture's runs whole."""
