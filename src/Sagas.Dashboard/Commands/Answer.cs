using Sagas.Contracts;

namespace Sagas.Dashboard.Commands;

/// <summary>What the worker made of a request: one of the two is there.</summary>
/// <param name="Accepted">What was done, and is committed.</param>
/// <param name="Refusal">Why nothing was done.</param>
internal sealed record Answer<T>(T? Accepted, RequestRefused? Refusal)
    where T : class;
