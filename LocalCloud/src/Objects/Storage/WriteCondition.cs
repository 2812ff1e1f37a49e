using LocalCloud.Protocol;

namespace LocalCloud.Objects.Storage;

/// <summary>A condition on the object that a write replaces, checked when the write takes effect.</summary>
/// <param name="MustBeAbsent"><c>If-None-Match: *</c></param>
/// <param name="ETag"><c>If-Match</c>: the ETag without quotes, or <c>*</c> for any.</param>
internal sealed record WriteCondition(bool MustBeAbsent = false, string? ETag = null)
{
    /// <exception cref="AwsException">PreconditionFailed, or NoSuchKey if If-Match finds no object.</exception>
    public void Check(ObjectEntry? current)
    {
        if (MustBeAbsent && current is not null)
            throw S3Errors.PreconditionFailed("If-None-Match");
        if (ETag is null)
            return;
        if (current is null)
            throw S3Errors.NoSuchKey();
        if (ETag != "*" && ETag != current.ETag)
            throw S3Errors.PreconditionFailed("If-Match");
    }
}
