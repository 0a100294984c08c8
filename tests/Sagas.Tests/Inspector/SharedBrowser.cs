namespace Sagas.Tests.Inspector;

/// <summary>The tests that share a browser; one after the other, for each takes what the machine has.</summary>
[CollectionDefinition(Name)]
public sealed class SharedBrowser : ICollectionFixture<InspectorBrowser>
{
    public const string Name = "Inspector";
}
