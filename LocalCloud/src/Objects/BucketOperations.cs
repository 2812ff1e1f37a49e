using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;
using Microsoft.Extensions.Options;

namespace LocalCloud.Objects;

internal sealed class BucketOperations(ObjectStore store, IOptions<LocalCloudOptions> options)
{
    private const string DefaultRegion = "us-east-1";

    public Task ListAsync(S3Request request) => S3Xml.WriteAsync(request, "ListAllMyBucketsResult", xml =>
        {
            xml.WriteStartElement("Owner");
            xml.WriteElementString("ID", options.Value.AccountId);
            xml.WriteEndElement();
            xml.WriteStartElement("Buckets");
            foreach (var bucket in store.ListBuckets())
            {
                xml.WriteStartElement("Bucket");
                xml.WriteElementString("Name", bucket.Name);
                xml.WriteElementString("CreationDate", S3Xml.Time(bucket.CreatedAt));
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        });

    public async Task CreateAsync(S3Request request)
    {
        // The only setting is the region, which LocalCloud ignores: its own region applies.
        if (request.Http.ContentLength > 0)
            await S3Xml.ReadAsync(request, xml =>
                xml.IsStartElement("CreateBucketConfiguration") ? true : throw S3Errors.MalformedXml()
            );
        var created = await store.CreateBucketAsync(request.Bucket, request.Aborted);
        // Only us-east-1 returns 200 for a bucket that the caller owns already (API Reference, CreateBucket).
        if (!created && options.Value.Region != DefaultRegion)
            throw new AwsException(
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
                409
            );
        request.Response.Headers.Location = $"/{request.Bucket}";
    }

    public Task HeadAsync(S3Request request)
    {
        store.CheckBucket(request.Bucket);
        request.Response.Headers["x-amz-bucket-region"] = options.Value.Region;
        return Task.CompletedTask;
    }

    public async Task DeleteAsync(S3Request request)
    {
        await store.DeleteBucketAsync(request.Bucket, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public Task GetLocationAsync(S3Request request)
    {
        store.CheckBucket(request.Bucket);
        return S3Xml.WriteAsync(request, "LocationConstraint", xml =>
            xml.WriteString(options.Value.Region == DefaultRegion ? "" : options.Value.Region)
        );
    }
}
