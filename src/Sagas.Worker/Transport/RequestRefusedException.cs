using Sagas.Contracts;

namespace Sagas.Worker.Transport;

/// <summary>Moves a refused message, whose sender gave no address for the answer, to the error queue with the reason.</summary>
internal sealed class RequestRefusedException(RequestRefused refusal) : Exception($"{refusal.Code}: {refusal.Message}");
