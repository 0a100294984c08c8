namespace Sagas.Persistence;

/// <summary>Goes with a delivery that may share a transaction with others.</summary>
internal sealed class TransactionSharing;
