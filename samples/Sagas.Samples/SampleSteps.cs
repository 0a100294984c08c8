namespace Sagas.Samples;

/// <summary>The steps that the sample participants carry out.</summary>
public static class SampleSteps
{
    public const string ReserveStock = "reserve-stock";
    public const string ChargeCard = "charge-card";
    public const string BookShipment = "book-shipment";

    public const string CreateBranch = "create-branch";
    public const string ProvisionSandbox = "provision-sandbox";
    public const string PostComment = "post-comment";
    public const string DeployPreview = "deploy-preview";
}
