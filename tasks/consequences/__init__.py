"""What late or early payment costs or saves in money: interest, compensation, fees and discounts, with their arithmetic."""
