namespace LocalCloud.Protocol;

/// <summary>Content types of AWS's JSON and CBOR protocols.</summary>
internal static class AwsJsonContent
{
    public const string Json10 = "application/x-amz-json-1.0";
    public const string Json11 = "application/x-amz-json-1.1";
    public const string Cbor11 = "application/x-amz-cbor-1.1";
}
