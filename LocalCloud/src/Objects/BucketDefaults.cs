using System.Xml;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;
using Microsoft.Extensions.Options;

namespace LocalCloud.Objects;

/// <summary>
/// Returns the default configuration of buckets and objects, which tools read before they use a bucket. The
/// configuration cannot be changed.
/// </summary>
internal sealed class BucketDefaults(ObjectStore store, IOptions<LocalCloudOptions> options)
{
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>
    /// By query: the element of an empty configuration, or the error code if there is none by default.
    /// </summary>
    private static readonly Dictionary<string, (string? Element, string? Code)> s_bucketConfigurations = new(
        StringComparer.Ordinal
    )
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

    /// <summary>Writes the requested configuration. Returns null if the request is for something else.</summary>
    public Task? TryWriteAsync(S3Request request)
    {
        if (request.Bucket.Length == 0)
            return null;
        if (request.HasQuery("acl"))
            return Exists(request) ? WriteAclAsync(request) : throw S3Errors.NoSuchKey();
        if (request.Key.Length > 0)
        {
            return !request.HasQuery("tagging") ? null
                : Exists(request) ? S3Xml.WriteAsync(request, "Tagging", xml => xml.WriteElementString("TagSet", ""))
                : throw S3Errors.NoSuchKey();
        }
        foreach (var (query, (element, code)) in s_bucketConfigurations)
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

    private bool Exists(S3Request request)
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
