namespace Sagas.Samples.Orders;

/// <summary>The input of the saga <c>order</c>.</summary>
/// <param name="OrderId">The order's number.</param>
/// <param name="Amount">What the customer pays; more than 10,000 is declined.</param>
/// <param name="Sku">What is ordered.</param>
/// <param name="Quantity">How many.</param>
public sealed record OrderInput(string OrderId, decimal Amount, string Sku = "book", int Quantity = 1);
