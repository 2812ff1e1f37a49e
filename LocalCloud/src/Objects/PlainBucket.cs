using System.Xml;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;
using Microsoft.Extensions.Options;

namespace LocalCloud.Objects;

/// <summary>
/// What S3 answers of a bucket, and of its objects, that nobody has configured: tools ask before they work with it.
/// Configuring is not here.
/// </summary>
internal sealed class PlainBucket(ObjectStore store, IOptions<LocalCloudOptions> options)
{
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>
    /// By the query that asks for it: the element of an empty configuration, or the error's code where there is none.
    /// </summary>
    private static readonly Dictionary<string, (string? Element, string? Code)> s_ofBucket = new(StringComparer.Ordinal)
    {
        ["accelerate"] = ("AccelerateConfiguration", null),
        ["cors"] = (null, "NoSuchCORSConfiguration"),
        ["encryption"] = (null, "ServerSideEncryptionConfigurationNotFoundError"),
        ["lifecycle"] = (null, "NoSuchLifecycleConfiguration"),
        ["logging"] = ("BucketLoggingStatus", null),
        ["notification"] = ("NotificationConfiguration", null),
        ["object-lock"] = (null, "ObjectLockConfigurationNotFoundError"),
        ["ownershipControls"] = (null, "OwnershipControlsNotFoundError"),
        ["policy"] = (null, "NoSuchBucketPolicy"),
        ["policyStatus"] = (null, "NoSuchBucketPolicy"),
        ["publicAccessBlock"] = (null, "NoSuchPublicAccessBlockConfiguration"),
        ["replication"] = (null, "ReplicationConfigurationNotFoundError"),
        ["tagging"] = (null, "NoSuchTagSet"),
        ["versioning"] = ("VersioningConfiguration", null),
        ["website"] = (null, "NoSuchWebsiteConfiguration"),
    };

    /// <returns>Null where this is none of its queries.</returns>
    public Task? Answer(S3Request request)
    {
        if (request.Bucket.Length == 0)
            return null;
        if (request.HasQuery("acl"))
            return Present(request) ? WriteAclAsync(request) : throw S3Errors.NoSuchKey();
        if (request.Key.Length > 0)
        {
            return !request.HasQuery("tagging") ? null
                : Present(request) ? S3Xml.WriteAsync(request, "Tagging", xml => xml.WriteElementString("TagSet", ""))
                : throw S3Errors.NoSuchKey();
        }
        foreach (var (query, (element, code)) in s_ofBucket)
        {
            if (!request.HasQuery(query))
                continue;
            store.CheckBucket(request.Bucket);
            return element is null
                ? throw new AwsException(code!, "The bucket has no such configuration.", 404)
                : S3Xml.WriteAsync(request, element, _ => { });
        }
        return null;
    }

    private bool Present(S3Request request)
    {
        store.CheckBucket(request.Bucket);
        return request.Key.Length == 0 || store.Find(request.Bucket, request.Key) is not null;
    }

    private Task WriteAclAsync(S3Request request) => S3Xml.WriteAsync(request, "AccessControlPolicy", xml =>
        {
            xml.WriteStartElement("Owner");
            xml.WriteElementString("ID", options.Value.AccountId);
            xml.WriteEndElement();
            xml.WriteStartElement("AccessControlList");
            xml.WriteStartElement("Grant");
            xml.WriteStartElement("Grantee");
            xml.WriteAttributeString("xsi", "type", Instance, "CanonicalUser");
            xml.WriteElementString("ID", options.Value.AccountId);
            xml.WriteEndElement();
            xml.WriteElementString("Permission", "FULL_CONTROL");
            xml.WriteEndElement();
            xml.WriteEndElement();
        });
}
